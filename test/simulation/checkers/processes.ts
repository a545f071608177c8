/** Promises about processes: never two for one instance, none left when it is said that none is. */

import type { RunId } from "../../../src/model/ids.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { runsOf } from "../../../src/model/runs-of.ts";
import { NO_RUN } from "../faults.ts";
import { broken, type Checker } from "./checker.ts";
import { isMet } from "./order.ts";
import { withBesides } from "./reload.ts";

const AT_REST = new Set(["stopped", "killed", "completed", "failed", "skipped", "suspended"]);

/** Which instance each run belongs to, by what was committed. */
function ownerOf(world: World, runId: RunId): Instance | undefined {
  for (const instance of world.instances.values()) {
    if (runsOf(instance).some(({ id }) => id === runId)) return instance;
  }
  return undefined;
}

export function onlyOneRun(): Checker {
  const owners = new Map<RunId, string>();
  return {
    promise: "an instance has at most one live run, and one more while it is reloaded",
    spawned(process, world, sim) {
      const owner = ownerOf(world, process.runId);
      if (owner === undefined) broken(`run ${process.runId} was spawned without a recorded intent`);
      else owners.set(process.runId, owner.id);
      const others = sim
        .alive()
        .filter((it) => it !== process && owners.get(it.runId) === owner?.id);
      const known = new Set(owner === undefined ? [] : runsOf(owner).map(({ id }) => id));
      const strangers = others.filter(
        (it) =>
          !known.has(it.runId) || (it.runId === process.runId && it.isLeader && process.isLeader),
      );
      if (strangers.length > 0)
        broken(`${owner?.id} was started while ${strangers[0]?.runId} still runs`);
    },
  };
}

export function oneOwner(): Checker {
  return {
    promise: "no process belongs to two instances",
    committed(_before, after, changes) {
      const isChanged = [...changes.instances.values()].some(
        (it) => it !== null && "run" in it.state,
      );
      if (!isChanged) return;
      const owners = new Map<string, string>();
      for (const { id, state } of withBesides(after)) {
        if (!("run" in state) || !("pid" in state.run)) continue;
        const name = `${state.run.pid} ${state.run.startTicks}`;
        if (owners.has(name)) broken(`pid ${name} belongs to ${owners.get(name)} and to ${id}`);
        owners.set(name, id);
      }
    },
  };
}

export function cleanAtRest(): Checker {
  const runs = new Map<string, Set<RunId>>();
  return {
    promise: "what is at rest, or forgotten, has no process left",
    committed(_before, after, changes, _events, sim) {
      for (const [id, instance] of changes.instances) {
        const known = runs.get(id) ?? new Set();
        runs.set(id, known);
        if (instance !== null) for (const run of runsOf(instance)) known.add(run.id);
        const rests = instance === null || AT_REST.has(instance.state.kind);
        if (!rests) continue;
        const left = [...known].flatMap((runId) => sim.alive(runId));
        const where = instance?.state.kind ?? "forgotten";
        if (left.length > 0) broken(`${id} is ${where} and ${left[0]?.runId} lives`);
      }
      void after;
    },
    rested(world, sim) {
      for (const process of sim.alive()) {
        if (process.runId === NO_RUN) continue;
        if (ownerOf(world, process.runId) === undefined)
          broken(`${process.runId} belongs to nobody`);
      }
    },
  };
}

export function comesToRest(): Checker {
  return {
    promise: "when the world is calm everything comes to rest as it is wanted",
    rested(world, sim) {
      for (const instance of world.instances.values()) {
        const { id, desired, state } = instance;
        const isUp = state.kind === "running";
        const waits = state.kind === "pending" && waitsForGood(world, instance);
        const isScheduled = state.kind === "scheduled" && instance.due !== undefined;
        if (desired === "up" && !isUp && !waits && !isScheduled && !AT_REST.has(state.kind)) {
          broken(`${id} is wanted up and is ${state.kind} for ever`);
        }
        if (desired === "up" && state.kind === "skipped" && hasAll(world, instance)) {
          broken(`${id} is skipped for ever, and has all that it needs`);
        }
        if (desired !== "up" && !AT_REST.has(state.kind))
          broken(`${id} is wanted ${desired} and is ${state.kind}`);
        if (desired === "gone") broken(`${id} was to be forgotten`);
        if (isUp && "run" in state && sim.alive(state.run.id).length === 0) {
          broken(`${id} is said to run, and does not`);
        }
      }
    },
  };
}

/** It depends on something that nobody asked to start, or that never ends. */
function waitsForGood(world: World, { project, process }: Instance): boolean {
  const spec = world.projects.get(project)?.spec.processes[process];
  return (spec?.dependsOn ?? []).some((dependency) =>
    [...world.instances.values()].some(
      (it) =>
        it.project === project &&
        it.process === dependency.process &&
        !isMet(it, dependency.condition),
    ),
  );
}

/** Everything that it depends on is as it has to be, and it was not given up for want of time. */
function hasAll(world: World, instance: Instance): boolean {
  const spec = world.projects.get(instance.project)?.spec.processes[instance.process];
  const needed = (spec?.dependsOn ?? []).filter(({ required }) => required);
  return (
    needed.length > 0 &&
    needed.every(({ timeoutMs }) => timeoutMs === null) &&
    needed.every(({ process }) => world.byProcess.has(`${instance.project}/${process}`)) &&
    !waitsForGood(world, instance)
  );
}
