/** When an instance next wants to be told that time has passed. */

import { limits } from "../model/limits.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";
import type { Instant } from "../model/time.ts";
import { changeDueMonoMs } from "./file-changes.ts";
import { isToTakeOver, readyMonoMs } from "./reload-cells.ts";

/** On the monotonic clock; null while it waits for nothing but news. */
export function deadlineMonoMs(instance: Instance, spec: ProcessSpec, now: Instant): number | null {
  const { beside } = instance;
  const all = [
    deadlineOfState(instance, spec, now.monoMs),
    ...(beside === undefined ? [] : [deadlineOfState(beside, spec, now.monoMs)]),
    deadlineOfSchedule(instance, now),
    changeDueMonoMs(instance, spec),
  ].filter((it) => it !== null);
  return all.length === 0 ? null : Math.min(...all);
}

function deadlineOfState(instance: Instance, spec: ProcessSpec, nowMonoMs: number): number | null {
  const { state } = instance;
  switch (state.kind) {
    case "running":
      return isToTakeOver(instance) ? readyMonoMs(instance, spec) : null;
    case "pending":
      return nextTimeout(spec, state.sinceMonoMs, nowMonoMs);
    case "starting":
      return state.deadlineMonoMs;
    case "stopping":
      // What was killed at once was not only asked.
      return state.killAtMonoMs === null ? null : (state.signalAtMonoMs ?? state.killAtMonoMs);
    case "backoff":
      return state.untilMonoMs;
    default:
      return null;
  }
}

/** The clock on the wall may be set meanwhile, and the machine may sleep: it is looked at now and then, by all at once. */
function deadlineOfSchedule(
  { due, desired }: Instance,
  { wallMs, monoMs }: Instant,
): number | null {
  if (due === undefined || desired !== "up") return null;
  if (due.by.kind === "every") return due.atMs;
  const { wallClockLookMs } = limits;
  const nextLookMonoMs = (Math.floor(monoMs / wallClockLookMs) + 1) * wallClockLookMs;
  return Math.min(monoMs + due.atMs - wallMs, nextLookMonoMs);
}

/** A timeout that has passed was acted on when it did; the next one counts. */
function nextTimeout(
  { dependsOn }: ProcessSpec,
  sinceMonoMs: number,
  nowMonoMs: number,
): number | null {
  const coming = dependsOn
    .flatMap(({ timeoutMs }) => (timeoutMs === null ? [] : sinceMonoMs + timeoutMs))
    .filter((atMonoMs) => atMonoMs > nowMonoMs);
  return coming.length === 0 ? null : Math.min(...coming);
}
