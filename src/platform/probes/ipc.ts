/** Probes that the run itself answers, over its channel. */

import { formatDuration } from "../../model/duration.ts";
import type { RunId } from "../../model/ids.ts";
import { printable } from "../../model/printable.ts";
import type { ProbePace } from "../../model/probe.ts";
import type { SaidHealth } from "../../model/pulse.ts";
import type { Hearing } from "../../supervisor/ports.ts";
import { failed, passed, type Attempt, type Outcome } from "./attempt.ts";
import type { LoopOptions } from "./probe-loop.ts";

export function readyAttempt(
  runId: RunId,
  hearing: Pick<Hearing, "untilReady">,
  { timeoutMs }: ProbePace,
): Attempt {
  const never = failed(`it has not said that it is ready within ${formatDuration(timeoutMs)}`);
  return async (end) => {
    const isReady = await hearing.untilReady(runId, end);
    return isReady ? passed("it said that it is ready") : never;
  };
}

/** It has to be there, and to be well by its own account. */
export function pulseAttempt(
  runId: RunId,
  hearing: Pick<Hearing, "pulse">,
  { timeoutMs }: ProbePace,
): LoopOptions["attempt"] {
  return async (end) => {
    const pulse = await hearing.pulse(runId, end);
    switch (pulse.kind) {
      case "unknown":
        return null;
      case "closed":
        return failed("it has no channel open");
      case "silent":
        return failed(`it did not answer a ping within ${formatDuration(timeoutMs)}`);
      case "alive": {
        if (pulse.health !== null) return outcomeOf(pulse.health);
        const { answeredMs } = pulse;
        return passed(
          answeredMs === null
            ? "it has said something"
            : `it answered a ping in ${Math.round(answeredMs)}ms`,
        );
      }
    }
  };
}

function outcomeOf({ status, message }: SaidHealth): Outcome {
  const text = `it says that it is ${status}${message === null ? "" : `: ${printable(message)}`}`;
  if (status === "healthy") return passed(text);
  return { passed: false, text, means: status === "unhealthy" ? "failed" : status };
}
