/** Promises about watched files: what is changed is seen by a run, once, and nobody goes round in circles. */

import { isWatchedIn } from "../../../src/core/file-changes.ts";
import { definitionOf } from "../../../src/model/definition-of.ts";
import { limits } from "../../../src/model/limits.ts";
import type { InstanceId } from "../../../src/model/ids.ts";
import { CALM } from "../faults.ts";
import { broken, type Checker } from "./checker.ts";

/** When each instance was last begun. */
function launches() {
  const launchedMs = new Map<InstanceId, number>();
  const committed: Checker["committed"] = (before, _after, changes, events, sim) => {
    for (const [id, instance] of changes.instances) {
      const was = before.instances.get(id);
      const isNew = instance?.state.kind === "spawning" && was?.generation !== instance.generation;
      if (isNew) launchedMs.set(id, sim.nowMs);
      if (instance === null) launchedMs.delete(id);
    }
    for (const { type, instanceId } of events) {
      // Of what was taken over, too.
      if (type === "process.adopted" && instanceId !== null && !launchedMs.has(instanceId)) {
        launchedMs.set(instanceId, sim.nowMs);
      }
    }
  };
  return { launchedMs, committed };
}

export function changesAreSeen(): Checker {
  const { launchedMs, committed } = launches();
  /** What could not be reloaded for a change goes on as it was, or ends as it was. */
  const failedMs = new Map<InstanceId, number>();
  return {
    promise: "what watches its files was started after they were changed last",
    committed(before, after, changes, events, sim) {
      for (const { type, instanceId } of events) {
        if (type === "reload.failed" && instanceId !== null) failedMs.set(instanceId, sim.nowMs);
      }
      committed?.(before, after, changes, events, sim);
    },
    rested(world, sim) {
      for (const instance of world.instances.values()) {
        const { id, project, process, state } = instance;
        const watch = definitionOf(world.projects.get(project), process)?.watch;
        const kind = watch?.action.kind;
        if (kind !== "restart" && kind !== "reload") continue;
        if (!isWatchedIn(world, instance)) continue;
        // What waits for others sees them when it starts.
        if (state.kind === "pending") continue;
        const editedMs = sim.files.editedMs(process);
        const lastMs = launchedMs.get(id);
        if (editedMs === undefined || lastMs === undefined) continue;
        if ((failedMs.get(id) ?? 0) > editedMs) continue;
        const startedMs = instance.lastRun?.startedMonoMs ?? 0;
        if (Math.max(lastMs, startedMs) < editedMs) {
          broken(`${id} is ${state.kind} since ${lastMs}, its file was changed at ${editedMs}`);
        }
      }
    },
  };
}

export function changesActOnce(): Checker {
  const { launchedMs, committed } = launches();
  /** The edit that was acted on last. */
  const actedOn = new Map<InstanceId, number>();
  return {
    promise: "a change is acted on once, and not when a later run has seen it",
    committed(before, after, changes, events, sim) {
      for (const { type, instanceId: id, process } of events) {
        if (type !== "watch.changed" || id === null || process === null) continue;
        const told = sim.files.told(process);
        // What waits for a commit is decided on later than it was told.
        if (told === undefined || sim.rates.commitFailure > 0) continue;
        const launched = launchedMs.get(id) ?? 0;
        if (told.atMs < launched) broken(`${id} acts on what it has seen since ${launched}`);
        if (actedOn.get(id) === told.edit) broken(`${id} acts twice on edit ${told.edit}`);
        actedOn.set(id, told.edit);
      }
      committed?.(before, after, changes, events, sim);
    },
  };
}

export function noCircles(): Checker {
  /** In the calm, when nobody else edits. */
  const times = new Map<InstanceId, number>();
  return {
    promise: "what changes its own files again and again is suspended",
    committed(_before, after, _changes, events, sim) {
      if (sim.rates !== CALM) return;
      for (const { type, instanceId: id, project, process } of events) {
        if (id === null) continue;
        // Whoever starts it again begins a new row.
        if (type === "process.suspended") times.delete(id);
        if (type !== "watch.changed") continue;
        // Several that write the same file, each at a time of its own, take longer to be found out.
        const count = after.byProcess.get(`${project}/${process}`)?.size ?? 0;
        if (count > 1) continue;
        const often = (times.get(id) ?? 0) + 1;
        times.set(id, often);
        // So does whoever asks one to start that is not suspended yet.
        const inARow = sim.files.isAnew ? limits.steadyChangesInARow : limits.ownChangesInARow;
        if (often > 2 * inARow) broken(`${id} goes round in circles`);
      }
    },
  };
}
