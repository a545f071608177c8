/** Promises about recovery: a group goes down as its strategy says, before any of it starts again; a fallback runs while
 *  it is needed. */

import type { InstanceId, RunId } from "../../../src/model/ids.ts";
import type { JournalEvent } from "../../../src/model/events.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { broken, type Checker } from "./checker.ts";

const UP = new Set(["starting", "running"]);

export function groupGoesDownTogether(): Checker {
  /** By the one that failed: the runs that have to end before it is launched again. */
  const owed = new Map<InstanceId, Map<InstanceId, RunId>>();
  return {
    promise: "a run that takes others of its group with it is followed only when they are down",
    committed(before, after, changes, events, sim) {
      for (const { type, instanceId } of events) {
        const failed = of(after, instanceId);
        if (type !== "process.exited" || failed?.state.kind !== "backoff") continue;
        // What has stood in for it could not be spawned: that takes nobody with it.
        if (before.instances.get(failed.id)?.beside !== undefined) continue;
        const debts = owed.get(failed.id) ?? new Map<InstanceId, RunId>();
        owed.set(failed.id, debts);
        for (const other of fallingWith(after, failed)) {
          const was = before.instances.get(other.id);
          if (was?.desired !== "up" || !UP.has(was.state.kind) || !("run" in was.state)) continue;
          debts.set(other.id, was.state.run.id);
        }
      }
      for (const [id, instance] of changes.instances) {
        const was = before.instances.get(id);
        if (instance?.state.kind !== "spawning" || was?.state.kind === "spawning") continue;
        if (was?.beside !== undefined) continue;
        const debts = owed.get(id) ?? [];
        owed.delete(id);
        if (sim.ungated.has(id)) continue;
        const falling = new Set(fallingWith(after, instance).map((it) => it.id));
        for (const [otherId, runId] of debts) {
          const other = after.instances.get(otherId);
          if (other?.desired !== "up" || !("run" in other.state)) continue;
          if (falling.has(otherId) && other.state.run.id === runId)
            broken(`${id} starts and ${otherId} is still the same`);
        }
      }
    },
  };
}

export function groupSparesOthers(): Checker {
  return {
    promise: "a group restarts nobody but whom its strategy names",
    committed(_before, after, _changes, events) {
      for (const { type, project, process, data } of events) {
        const { group, with: failedId } = data as { group?: string; with?: InstanceId };
        if (type !== "process.restarting" || group === undefined) continue;
        const failed = of(after, failedId);
        const spec = after.projects.get(project ?? "")?.spec.groups[group];
        if (failed === undefined || spec === undefined || process === null) continue;
        const [mine, its] = [process, failed.process].map((name) => spec.members.indexOf(name));
        const isLater = mine !== undefined && its !== undefined && mine > its;
        const isNamed = spec.strategy === "rest-for-one" ? isLater : spec.strategy !== undefined;
        if (!isNamed) broken(`${process} is restarted with ${failed.id}`);
      }
    },
  };
}

export function fallbackTakesOver(): Checker {
  return {
    promise: "what has failed for good, or was skipped, is stood in for by its fallback",
    committed(before, after, _changes, events) {
      for (const { type, instanceId } of events) {
        if (type !== "process.failed" && type !== "process.skipped") continue;
        const failed = of(after, instanceId);
        if (failed?.desired !== "up" || !isInVain(before, after, failed)) continue;
        const spec = after.projects.get(failed.project)?.spec.processes[failed.process];
        const wasSame =
          before.projects.get(failed.project)?.spec.processes[failed.process] === spec;
        const endsAll = failed.state.kind === "failed" && spec?.restart.onGiveUp === "stop-project";
        if (spec?.fallback === undefined || !wasSame || endsAll) continue;
        for (const standIn of instancesOf(before, failed, spec.fallback)) {
          const rests = !("run" in standIn.state) && standIn.desired === "down";
          // A start brings back none beyond the count.
          const count = after.projects.get(failed.project)?.spec.processes[spec.fallback]
            ?.instances;
          const isCounted = standIn.index <= (count ?? 0);
          const isFree = rests && isCounted && standIn.standsInFor === undefined;
          const now = after.instances.get(standIn.id);
          const isAsked = now === undefined || now.desired !== "down";
          if (isFree && !isAsked && !wasTold(events, standIn)) {
            broken(`${failed.id} is ${failed.state.kind} and ${standIn.id} does not take over`);
          }
        }
      }
    },
  };
}

export function fallbackIsRelieved(): Checker {
  return {
    promise: "a fallback goes when what it stands in for runs",
    committed(_before, after) {
      for (const standIn of after.instances.values()) {
        if (standIn.standsInFor === undefined) continue;
        const relief = instancesOf(after, standIn, standIn.standsInFor).find(
          ({ desired, state }) => desired === "up" && state.kind === "running",
        );
        if (relief !== undefined) broken(`${standIn.id} stands in, and ${relief.id} runs`);
      }
    },
  };
}

export function onlyLeftoversAreSwept(): Checker {
  return {
    promise: "nothing is swept that belongs to a run that goes on",
    swept(runId, { pid, startTicks }, world) {
      for (const { id, state } of world.instances.values()) {
        if (!("run" in state) || state.kind === "cleaning") continue;
        const { run } = state;
        const isLeader = "pid" in run && run.pid === pid && run.startTicks === startTicks;
        if (run.id === runId || isLeader) broken(`${id} is ${state.kind}, and is swept`);
      }
    },
  };
}

/** Whom the strategies of its groups take down with an instance. */
function fallingWith(world: World, failed: Instance): Instance[] {
  const groups = Object.values(world.projects.get(failed.project)?.spec.groups ?? {});
  return [...world.instances.values()].filter(({ id, project, process }) => {
    if (id === failed.id || project !== failed.project) return false;
    return groups.some(({ strategy, members }) => {
      const [mine, its] = [process, failed.process].map((name) => members.indexOf(name));
      if (strategy === undefined || mine === undefined || its === undefined) return false;
      return mine >= 0 && its >= 0 && (strategy === "one-for-all" || mine > its);
    });
  });
}

/** Also those count that were wanted until this step. */
function isInVain(before: World, after: World, { project, process }: Instance): boolean {
  const all = [...after.instances.values()].filter(
    (it) => it.project === project && it.process === process,
  );
  const wanted = all.filter(
    (it) => it.desired === "up" || before.instances.get(it.id)?.desired === "up",
  );
  return wanted.length > 0 && wanted.every(({ state }) => /failed|skipped/.test(state.kind));
}

function instancesOf(world: World, { project }: Instance, process: string): Instance[] {
  return [...world.instances.values()].filter(
    (it) => it.project === project && it.process === process,
  );
}

/** It was asked to start, and to stop again in the same step. */
function wasTold(events: readonly JournalEvent[], { id }: Instance): boolean {
  return events.some(({ type, instanceId }) => type === "process.pending" && instanceId === id);
}

function of(world: World, id: InstanceId | null | undefined): Instance | undefined {
  return id === null || id === undefined ? undefined : world.instances.get(id);
}
