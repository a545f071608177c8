/** `wait --for`: when an instance has come to a state, and when it no longer can. */

import { isWell } from "../../core/dependencies.ts";
import { isWatchedIn } from "../../core/file-changes.ts";
import { problem } from "../../model/errors.ts";
import { toCome } from "../../model/waiting.ts";
import type { Instance } from "../../model/state.ts";
import type { WaitCondition } from "../../model/waiting.ts";
import { publicState } from "../../protocol/status.ts";
import type { DaemonContext } from "../context.ts";
import { isAtRest, isReady, type Judge, type Verdict } from "./outcomes.ts";
import { settling } from "./settling.ts";

export function waitJudge(context: DaemonContext, condition: WaitCondition): Judge {
  switch (condition) {
    case "ready":
      return forNever(condition, isReady(settling(context)));
    case "healthy":
      return forNever(condition, isHealthy(isReady(settling(context))));
    case "running":
      return forNever(condition, (now) =>
        now?.state.kind === "running" ? MET : isOver(now) ? NEVER : null,
      );
    case "stopped":
      return isAtRest;
    case "over": {
      const { supervisor } = context;
      return (now, before) =>
        now !== undefined && isWatchedIn(supervisor.world, now) ? null : isAtRest(now, before);
    }
    case "completed":
      return forNever(condition, (now) => (hasEnded(now) ? MET : isOver(now) ? NEVER : null));
    case "succeeded":
      return forNever(condition, (now) => (hasSucceeded(now) ? MET : isOver(now) ? NEVER : null));
  }
}

/** Ready, and well. What nothing probes for its health is well. */
function isHealthy(ready: Judge): Judge {
  return (now, before) => {
    const verdict = ready(now, before);
    const isRunning = now?.state.kind === "running";
    return isRunning && verdict?.kind !== "never" && !isWell(now.state) ? null : verdict;
  };
}

const MET: Verdict = { kind: "met" };
const NEVER: Verdict = {
  kind: "never",
  problem: problem("CANNOT_COME_TRUE", "Cannot wait any longer"),
};

/** Ended by itself, whatever the code. Of what has a schedule the last run counts. */
function hasEnded(now: Instance | undefined): boolean {
  const kind = outcomeOf(now);
  return kind === "completed" || (kind === "failed" && now?.lastExit !== null);
}

function hasSucceeded(now: Instance | undefined): boolean {
  return outcomeOf(now) === "completed";
}

function outcomeOf(now: Instance | undefined): string | undefined {
  return now?.state.kind === "scheduled" ? now.state.last?.kind : now?.state.kind;
}

/** At rest, and nothing is to come without being asked. */
function isOver(now: Instance | undefined): boolean {
  return now === undefined || isAtRest(now, now)?.kind === "met";
}

/** Says what was waited for and where it ended. */
function forNever(condition: WaitCondition, judge: Judge): Judge {
  return (now, before) => {
    const verdict = judge(now, before);
    if (verdict?.kind !== "never") return verdict;
    const state = now === undefined ? "gone" : publicState(now.state);
    const reason = now !== undefined && "reason" in now.state ? now.state.reason : null;
    const why = reason === null ? "" : ` (${reason})`;
    const message = `Cannot wait for ${before.id} to ${toCome(condition)}: it is ${state}${why}`;
    // Without a run there is no output that could tell more.
    const look = now?.lastRun === null ? "inspect" : "logs";
    const hint = `See 'procman ${look} ${before.process}'.`;
    return { kind: "never", problem: problem("CANNOT_COME_TRUE", message, hint) };
  };
}
