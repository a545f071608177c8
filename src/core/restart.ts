/** Restart policy: what follows the end of a run. */

import type { Instant } from "../model/time.ts";
import type { BackoffSpec, RestartSpec } from "../model/spec.ts";
import type { Exit, Instance } from "../model/state.ts";
import { formatDuration } from "../model/duration.ts";
import { limits } from "../model/limits.ts";

export type RestartVerdict =
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly reason: string }
  | {
      readonly kind: "restart";
      readonly reason: string;
      readonly delayMs: number;
      readonly restartTimesMonoMs: readonly number[];
      readonly backoffStep: number;
    };

export interface EndedRun {
  readonly instance: Pick<Instance, "restartTimesMonoMs" | "backoffStep">;
  /** What happened, as the start of a sentence. */
  readonly what: string;
  readonly success: boolean;
  /** How long the run lived; 0 for one that could not be spawned. */
  readonly livedMs: number;
}

/** `chance` is at least 0 and less than 1; it only moves the delay. */
export function afterEnd(
  ended: EndedRun,
  spec: RestartSpec,
  now: Instant,
  chance: number,
): RestartVerdict {
  const again = spec.policy === "always" || (spec.policy === "on-failure" && !ended.success);
  if (!again) return ended.success ? { kind: "completed" } : { kind: "failed", reason: ended.what };

  const recent = ended.instance.restartTimesMonoMs.filter((at) => at > now.monoMs - spec.windowMs);
  if (recent.length >= spec.max) {
    return { kind: "failed", reason: `${ended.what}; ${spentBudget(spec)}` };
  }
  const step = ended.livedMs >= spec.windowMs ? 0 : ended.instance.backoffStep;
  return {
    kind: "restart",
    reason: ended.what,
    delayMs: backoffDelayMs(spec.backoff, step, chance),
    restartTimesMonoMs: [...recent, now.monoMs].slice(-limits.restartsRemembered),
    backoffStep: step + 1,
  };
}

export function spentBudget({ max, windowMs }: Pick<RestartSpec, "max" | "windowMs">): string {
  if (max === 0) return "no restart is allowed";
  const window = formatDuration(windowMs);
  return max === 1
    ? `the restart allowed within ${window} is spent`
    : `the ${max} restarts allowed within ${window} are spent`;
}

/** The delay before restart number `step` + 1 in a row, jitter included. */
export function backoffDelayMs(spec: BackoffSpec, step: number, chance: number): number {
  const plainMs = Math.min(spec.maxMs, spec.initialMs * spec.factor ** step);
  const swing = spec.jitter * (2 * chance - 1);
  return Math.max(0, Math.round(plainMs * (1 + swing)));
}

/** True when the run did what it was for. An end that nobody saw is no success. */
export function isSuccess(exit: Exit, spec: Pick<RestartSpec, "successCodes">): boolean {
  return exit.known && exit.code !== null && spec.successCodes.includes(exit.code);
}
