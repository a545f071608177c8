/** What follows from what a run uses: each step is taken when its threshold was reached for long enough, and taken back
 *  when the use was well below it for as long. Pure hysteresis, as of a Schmitt trigger with a delay. */

import type { UseThreshold, MetricVerdict, UseStep } from "../model/use.ts";

export type UseLevel = "normal" | "warning" | "critical";

/** A step is taken back below that part of its threshold: use that moves about a threshold is told of once. */
export const BACK_BELOW = 0.9;

const NOT_REACHED: UseStep = { isReached: false, otherwiseSinceMonoMs: null };

/** The same object when nothing changes. */
export function afterMeasurement(
  verdict: MetricVerdict | undefined,
  { warning, critical, forMs = 0 }: UseThreshold,
  value: number,
  nowMonoMs: number,
): MetricVerdict {
  const before = verdict ?? { warning: NOT_REACHED, critical: NOT_REACHED, sinceMonoMs: nowMonoMs };
  const steps = {
    warning: stepAfter(before.warning, warning, value, forMs, nowMonoMs),
    critical: stepAfter(before.critical, critical, value, forMs, nowMonoMs),
  };
  const isSame = steps.warning === before.warning && steps.critical === before.critical;
  if (isSame) return before;
  const after = { ...before, ...steps };
  return levelOf(after) === levelOf(before) ? after : { ...after, sinceMonoMs: nowMonoMs };
}

export function levelOf(verdict: MetricVerdict | undefined): UseLevel {
  if (verdict === undefined) return "normal";
  if (verdict.critical.isReached) return "critical";
  return verdict.warning.isReached ? "warning" : "normal";
}

/** Without a threshold there is no such step, also not one that was taken before. */
function stepAfter(
  step: UseStep,
  threshold: number | undefined,
  value: number,
  forMs: number,
  nowMonoMs: number,
): UseStep {
  if (threshold === undefined) {
    return step.isReached || step.otherwiseSinceMonoMs !== null ? NOT_REACHED : step;
  }
  const isAbove = step.isReached ? value >= BACK_BELOW * threshold : value >= threshold;
  if (isAbove === step.isReached) {
    return step.otherwiseSinceMonoMs === null ? step : { ...step, otherwiseSinceMonoMs: null };
  }
  const sinceMonoMs = step.otherwiseSinceMonoMs ?? nowMonoMs;
  if (nowMonoMs - sinceMonoMs >= forMs) return { isReached: isAbove, otherwiseSinceMonoMs: null };
  return step.otherwiseSinceMonoMs === null ? { ...step, otherwiseSinceMonoMs: sinceMonoMs } : step;
}
