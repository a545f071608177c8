/** Promises about reloads: nothing ready is taken away for one, one that fails leaves everything as it was, and in the
 *  end there is one run. */

import type { JournalEvent } from "../../../src/model/events.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { limits } from "../../../src/model/limits.ts";
import { broken, type Checker } from "./checker.ts";

/** Every instance, and every run beside one. */
export function withBesides({ instances }: Pick<World, "instances">): Instance[] {
  return [...instances.values()].flatMap((it) => [it, it.beside ?? []].flat());
}

export function runsInPairs(): Checker {
  return {
    promise: "there is a run beside another only for a reload, one at a time in a process",
    committed(_before, after, changes) {
      for (const [id, instance] of changes.instances) {
        if (instance?.beside === undefined) continue;
        if (!("run" in instance.state))
          broken(`${id} is ${instance.state.kind} and has one beside`);
        if (instance.beside.beside !== undefined) broken(`${id} has three runs`);
        const { project, process } = instance;
        const ids = [...(after.byProcess.get(`${project}/${process}`) ?? [])];
        const pairs = ids.filter((it) => after.instances.get(it)?.beside !== undefined);
        if (pairs.length > 1) broken(`${pairs.join(" and ")} are reloaded at once`);
      }
    },
  };
}

export function readyStays(): Checker {
  return {
    promise: "a run is stopped for a reload only when another is ready in its place",
    committed(before, after, changes, events, sim) {
      for (const { type, instanceId: id } of events) {
        if (type !== "process.reloaded" || id === null) continue;
        const isWanted = [before, after].some((it) => it.instances.get(id)?.desired === "up");
        if (!isWanted) broken(`${id} is to stop, and another run takes its place`);
      }
      for (const [id, instance] of changes.instances) {
        if (instance === null) continue;
        const { state, beside } = instance;
        if (state.kind === "stopping" && state.cause === "reload") broken(`${id} stops itself`);
        const was = before.instances.get(id)?.beside;
        if (beside?.role !== "former" || was?.role === "former") continue;
        // In this very step it may have been asked to stop, or found wanting, or have ended.
        if (!("run" in state) || !("pid" in state.run)) {
          return broken(`${id} has taken over and is ${state.kind}`);
        }
        const { run } = state;
        if (run.readyAtMs === null) broken(`${id} has taken over before it was ready`);
        const spec = sim.stored.projects.get(instance.project)?.spec.processes[instance.process];
        const livedMs = sim.nowMs - run.startedMonoMs;
        if (spec?.ready.length === 0 && livedMs < limits.settledMs) {
          broken(`${id} has taken over after ${livedMs} ms`);
        }
      }
    },
  };
}

export function failureCostsNothing(): Checker {
  return {
    promise: "a reload that fails leaves the run that was there, and its restarts, as they were",
    committed(before, after, _changes, events) {
      for (const { type, instanceId: id } of events) {
        const was = id === null ? undefined : before.instances.get(id);
        const now = id === null ? undefined : after.instances.get(id);
        if (type !== "reload.failed" || was === undefined || now === undefined) continue;
        if (was.restartTimesMonoMs.length < now.restartTimesMonoMs.length) {
          if (!isTold(events, id, "process.backoff")) broken(`${id} pays for it`);
        }
        const isSame =
          "run" in was.state && "run" in now.state && was.state.run.id === now.state.run.id;
        const hasEnded = isTold(events, id, "process.exited");
        if ("run" in was.state && !isSame && !hasEnded) broken(`${id} has lost its run`);
        if (was.state.kind === "running" && now.state.kind === "stopping") {
          if (now.state.cause === "reload") broken(`${id} is stopped for nothing`);
        }
      }
    },
  };
}

/** Of the instance itself. */
function isTold(events: readonly JournalEvent[], id: string | null, type: string): boolean {
  return events.some(
    (it) => it.instanceId === id && it.type === type && it.data["beside"] === undefined,
  );
}

export function oneRunInCalm(): Checker {
  return {
    promise: "when the world is calm nothing is being reloaded, and nobody waits for it",
    rested(world, sim) {
      for (const { id, beside, reload, state } of world.instances.values()) {
        if (beside !== undefined) broken(`${id} has a run beside it, ${beside.state.kind}`);
        if (reload?.kind === "asked") broken(`${id} waits to be reloaded for ever`);
        if (state.kind !== "running") continue;
        const leaders = sim.alive(state.run.id).filter(({ isLeader }) => isLeader);
        if (leaders.length > 1) broken(`${id} runs ${leaders.length} times`);
      }
    },
  };
}

export function reloadsAreTold(): Checker {
  return {
    promise: "a run takes the place of another with an event that says so",
    committed(before, after, _changes, events) {
      for (const now of after.instances.values()) {
        const was = before.instances.get(now.id);
        const successor = was?.beside?.role === "successor" ? was.beside : undefined;
        if (successor === undefined || !("run" in successor.state)) continue;
        if (!("run" in now.state) || now.state.run.id !== successor.state.run.id) continue;
        const isSpawned = "pid" in successor.state.run;
        if (isSpawned && !isTold(events, now.id, "process.reloaded")) {
          broken(`${now.id} goes on with ${now.state.run.id} unannounced`);
        }
      }
    },
  };
}
