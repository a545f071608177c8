/** When an instance next wants to be told that time has passed. */

import type { Instance } from "../model/state.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { changeDueMonoMs } from "./file-changes.ts";

/** On the monotonic clock; null while it waits for nothing but news. */
export function deadlineMonoMs(
  instance: Instance,
  spec: ProcessSpec,
  nowMonoMs: number,
): number | null {
  const ownMonoMs = stateDeadlineMonoMs(instance, spec, nowMonoMs);
  const changeMonoMs = changeDueMonoMs(instance, spec);
  if (ownMonoMs === null || changeMonoMs === null) return ownMonoMs ?? changeMonoMs;
  return Math.min(ownMonoMs, changeMonoMs);
}

function stateDeadlineMonoMs(
  instance: Instance,
  spec: ProcessSpec,
  nowMonoMs: number,
): number | null {
  const { state } = instance;
  switch (state.kind) {
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
