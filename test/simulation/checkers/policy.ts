/** Promises about restarts and stops: the budget holds, the grace is given, SIGKILL comes, unknown ends are no success. */

import type { Instance } from "../../../src/model/state.ts";
import { WATCH_SIGNAL } from "../files.ts";
import { broken, type Checker } from "./checker.ts";
import { withBesides } from "./reload.ts";

export function restartBudget(): Checker {
  const times = new Map<string, number[]>();
  return {
    promise: "restarts within the window never exceed what is allowed",
    committed(before, after, changes, events, sim) {
      for (const { type, instanceId } of events) {
        // So does each time of a schedule.
        if (type === "schedule.fired" && instanceId !== null) times.delete(instanceId);
        if (type !== "process.backoff" || instanceId === null) continue;
        const instance = after.instances.get(instanceId) ?? before.instances.get(instanceId);
        const specs = [before, after].flatMap(
          ({ projects }) =>
            projects.get(instance?.project ?? "")?.spec.processes[instance?.process ?? ""] ?? [],
        );
        const [spec] = specs;
        if (spec === undefined) continue;
        const { windowMs } = spec.restart;
        // Where it was edited in the same step, the larger one counts.
        const max = Math.max(...specs.map(({ restart }) => restart.max));
        // A new count that was begun in this very step.
        const isNew = instance?.restartTimesMonoMs.length === 1 && sim.recounted.has(instanceId);
        const known = isNew ? [] : (times.get(instanceId) ?? []);
        const recent = known.filter((at) => at > sim.nowMs - windowMs);
        times.set(instanceId, [...recent, sim.nowMs]);
        if (recent.length + 1 > max)
          broken(`${instanceId} is restarted ${recent.length + 1} times`);
      }
      // An operator's start, restart or reset begins a new count.
      for (const [id, instance] of changes.instances) {
        if (instance !== null && instance.restartTimesMonoMs.length > 0) continue;
        times.delete(id);
        sim.recounted.delete(id);
      }
    },
  };
}

export function graceThenKill(): Checker {
  return {
    promise: "SIGKILL comes when the grace is over, and not before",
    signalled(leader, signal, world, sim) {
      const instance = holderOf(world, leader.pid);
      if (instance === undefined)
        return broken(`${signal} to ${leader.pid}, which is nobody's run`);
      const { state } = instance;
      if (signal !== "SIGKILL" || state.kind !== "stopping") return;
      if (state.cause !== "kill" && sim.nowMs < state.graceUntilMonoMs) {
        broken(`${instance.id} is killed within its grace`);
      }
    },
    committed(_before, after, _changes, _events, sim) {
      for (const { id, state } of withBesides(after)) {
        if (state.kind !== "stopping") continue;
        const lateMs = sim.nowMs - state.graceUntilMonoMs;
        if (state.killAtMonoMs !== null && lateMs > LATE_MS)
          broken(`${id} outlives its grace by ${lateMs} ms`);
      }
    },
  };
}

/** While the daemon is down nobody kills. */
const LATE_MS = 20_000;

export function askedBeforeSignalled(): Checker {
  return {
    promise: "what is asked to stop is not signalled while it is only asked",
    signalled(leader, signal, world) {
      // A change of its files was told just before.
      if (signal === WATCH_SIGNAL) return;
      const state = holderOf(world, leader.pid)?.state;
      if (state?.kind !== "stopping" || state.signalAtMonoMs === undefined) return;
      broken(`${signal} to ${leader.pid}, which was only asked so far`);
    },
  };
}

export function unknownIsNoSuccess(): Checker {
  return {
    promise: "an end that nobody saw never counts as success",
    committed(before, after, changes) {
      for (const [id, instance] of changes.instances) {
        if (
          instance?.state.kind !== "completed" ||
          before.instances.get(id)?.state.kind === "completed"
        )
          continue;
        if (after.instances.get(id)?.lastExit?.known !== true)
          broken(`${id} completed, and nobody knows how`);
      }
    },
  };
}

export function obedience(): Checker {
  return {
    promise: "what was asked to stop stays stopped, and what was asked to go is gone",
    rested(world, sim) {
      for (const [id, request] of sim.obeyed) {
        const instance = world.instances.get(id);
        // What stands in was asked for again, by its being needed.
        if (instance?.standsInFor !== undefined) continue;
        const kind = instance?.state.kind;
        if (request === "remove-asked" && kind !== undefined)
          broken(`${id} is still there, ${kind}`);
        const stopped = request === "stop-asked" || request === "kill-asked";
        if (stopped && (kind === "running" || kind === "pending")) broken(`${id} is ${kind} again`);
      }
    },
  };
}

export function trueExits(): Checker {
  return {
    promise: "a run is taken for ended only when its process is gone",
    committed(before, _after, changes, _events, sim) {
      const known = new Set(withBesides(before).flatMap(cleanedRun));
      for (const instance of changes.instances.values()) {
        for (const runId of [instance, instance?.beside].flatMap(cleanedRun)) {
          if (known.has(runId)) continue;
          const lives = sim.alive(runId).some(({ isLeader }) => isLeader);
          if (lives) broken(`${instance?.id} is taken for ended and ${runId} lives`);
        }
      }
    },
  };
}

function cleanedRun(instance: Instance | null | undefined): string[] {
  return instance?.state.kind === "cleaning" ? [instance.state.run.id] : [];
}

function holderOf(
  world: Parameters<NonNullable<Checker["rested"]>>[0],
  pid: number,
): Instance | undefined {
  return withBesides(world).find(
    ({ state }) => "run" in state && "pid" in state.run && state.run.pid === pid,
  );
}
