/** Waiting for what was asked to come true, and saying for each instance whether it did. */

import { limits } from "../../model/limits.ts";
import { problem, ProcmanError, type Problem } from "../../model/errors.ts";
import type { InstanceId } from "../../model/ids.ts";
import { AT_REST } from "../../model/at-rest.ts";
import type { Instance, World } from "../../model/state.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import { publicState } from "../../protocol/status.ts";
import { formatDuration } from "../../model/duration.ts";
import type { DaemonContext } from "../context.ts";

/** `met`, `never` with the reason, `after` when only time is missing, or null while it is open. */
export type Verdict =
  | { readonly kind: "met" }
  | { readonly kind: "never"; readonly problem: Problem }
  | { readonly kind: "after"; readonly monoMs: number }
  | null;

export type Judge = (now: Instance | undefined, before: Instance) => Verdict;

export interface Awaited {
  readonly context: DaemonContext;
  readonly action: string;
  /** The instances as they were when the request came. */
  readonly before: readonly Instance[];
  readonly judge: Judge;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
  /** Nothing is waited for any more once something of it never comes true. */
  readonly allOrNone?: boolean;
}

const MET: Verdict = { kind: "met" };

/** One result for each instance, in the order given. Throws OPERATION_TIMEOUT with the results so far. */
export async function outcomes(awaited: Awaited): Promise<ActionResult[]> {
  const { context, before, judge, timeoutMs, signal } = awaited;
  const timeout = timeoutMs === null ? null : AbortSignal.timeout(timeoutMs);
  const until = timeout === null ? signal : AbortSignal.any([signal, timeout]);
  try {
    for (;;) {
      const laterMonoMs = await context.supervisor.until((world) => {
        const verdicts = before.map((it) => judge(world.instances.get(it.id), it));
        if (awaited.allOrNone === true && verdicts.some((it) => it?.kind === "never")) return 0;
        if (verdicts.some((verdict) => verdict === null)) return undefined;
        return Math.max(0, ...verdicts.map((it) => (it?.kind === "after" ? it.monoMs : 0)));
      }, until);
      const leftMs = laterMonoMs - context.clock.now().monoMs;
      if (leftMs <= 0) break;
      await pause(leftMs, until);
    }
  } catch (error) {
    if (timeout?.aborted !== true) throw error;
    throw timedOut(awaited);
  }
  return resultsOf(awaited);
}

/** Nothing of it is left; never, when it is wanted again. */
export const isGone: Judge = (now) =>
  now === undefined ? MET : now.desired === "gone" ? null : overruled(now);

/** As asked, no process of it is left; never, when it was asked to start meanwhile. */
export const isStopped: Judge = (now, before) =>
  now?.desired === "up" && isAtRest(now, before) === null ? overruled(now) : isAtRest(now, before);

/** No process of it is left and none is to come. */
export const isAtRest: Judge = (now) =>
  now === undefined || AT_REST.has(now.state.kind) ? MET : null;

/** A run newer than the one before was spawned; never, when it cannot be. */
export const isSpawnedAnew: Judge = (now, before) => {
  if (now === undefined) return cancelled(before);
  if (now.desired !== "up" && !AT_REST.has(now.state.kind)) return cancelled(before);
  switch (now.state.kind) {
    case "pending":
    case "spawning":
    case "leaving":
    case "stopping":
    case "cleaning":
    case "exited":
      return now.generation > before.generation && now.state.kind !== "spawning" ? MET : null;
    case "failed":
      return wasSpawned(now, before) ? MET : failed(now, now.state.reason);
    case "skipped":
    case "suspended":
      return failed(now, now.state.reason);
    case "stopped":
    case "killed":
      return wasSpawned(now, before) ? MET : cancelled(now);
    case "backoff":
      return wasSpawned(now, before) ? MET : null;
    case "scheduled":
      return wasSpawned(now, before) ? MET : unlessFailedSince(now, before);
    case "starting":
    case "running":
    case "completed":
      return MET;
  }
};

/** Already up before the request: any state that is up, or that the restart policy works on, will do. */
export const isUp: Judge = (now, was) => {
  if (now === undefined) return isSpawnedAnew(now, was);
  return ["pending", "spawning", "stopping", "cleaning"].includes(now.state.kind)
    ? null
    : { kind: "met" };
};

/** Those taken away are gone, those wanted are up if they are to be. */
export const isInPlace: Judge = (now, was) => {
  if (now === undefined) return { kind: "met" };
  if (now.desired === "gone") return null;
  return now.desired === "up" ? isUp(now, was) : { kind: "met" };
};

/** Ready, or completed; never, when it failed or was stopped. Ready by having been spawned counts only when the run
 *  has lived a little: `isSettling` tells for which instances. */
export function isReady(isSettling: (instance: Instance) => boolean): Judge {
  return (now, before) => {
    if (now === undefined) return cancelled(before);
    switch (now.state.kind) {
      case "running":
        return isSettling(now)
          ? { kind: "after", monoMs: now.state.run.startedMonoMs + limits.settledMs }
          : MET;
      case "completed":
      case "scheduled":
        return MET;
      case "failed":
      case "skipped":
      case "suspended":
        return failed(now, now.state.reason);
      case "stopped":
      case "killed":
        return now.desired === "up" ? null : cancelled(now);
      default:
        return null;
    }
  };
}

/** Of what is to run now, though it has a schedule, it counts how that run has ended. */
export function ofRunNow(judge: Judge): Judge {
  return (now, before) => {
    const isBack = now?.state.kind === "scheduled";
    return isBack ? unlessFailedSince(now, before) : judge(now, before);
  };
}

function unlessFailedSince(now: Instance, { state: was }: Instance): Verdict {
  const last = now.state.kind === "scheduled" ? now.state.last : null;
  const isNew = was.kind !== "scheduled" || was.last !== last;
  return last !== null && "reason" in last && isNew ? failed(now, last.reason) : MET;
}

function wasSpawned(now: Instance, before: Instance): boolean {
  return now.lastRun !== null && now.lastRun.generation > before.generation;
}

function failed({ id }: Instance, reason: string): Verdict {
  const cause = reason.replace(/^cannot be started: /, "");
  return { kind: "never", problem: problem("START_FAILED", `Cannot start ${id}: ${cause}`) };
}

function cancelled({ id }: Instance): Verdict {
  const message = `Cannot start ${id}: it was asked to stop meanwhile`;
  return { kind: "never", problem: problem("CANCELLED", message) };
}

function overruled({ id }: Instance): Verdict {
  const message = `Cannot stop ${id}: it was asked to start meanwhile`;
  return { kind: "never", problem: problem("CANCELLED", message) };
}

function resultsOf({ context, action, before, judge }: Awaited): ActionResult[] {
  const { world } = context.supervisor;
  return before.map((was) => {
    const now = world.instances.get(was.id);
    const verdict = judge(now, was);
    const error = verdict?.kind === "never" ? verdict.problem : null;
    const result = resultOf(world, was.id, action, hasChanged(was, now), error);
    return { ...result, ok: verdict !== null && error === null };
  });
}

export function resultOf(
  world: World,
  id: InstanceId,
  action: string,
  changed: boolean,
  error: Problem | null,
): ActionResult {
  const now = world.instances.get(id);
  const pid =
    now !== undefined && "run" in now.state && "pid" in now.state.run ? now.state.run.pid : null;
  const state = now === undefined ? null : publicState(now.state);
  return { id, action, ok: error === null, changed, state, pid, error };
}

function hasChanged(was: Instance, now: Instance | undefined): boolean {
  return (
    now === undefined || now.generation !== was.generation || now.state.kind !== was.state.kind
  );
}

function timedOut(awaited: Awaited): ProcmanError {
  const { action, timeoutMs, before, judge, context } = awaited;
  const { world } = context.supervisor;
  const open = before.filter((it) => judge(world.instances.get(it.id), it)?.kind !== "met");
  const openIds = new Set<string>(open.map(({ id }) => id));
  const names = open.map(({ id }) => {
    const now = world.instances.get(id);
    if (now === undefined) return id;
    const { state, reason } = context.statuses.of(now);
    return reason === null ? `${id} is ${state}` : `${id} is ${state} (${reason})`;
  });
  const after = formatDuration(timeoutMs ?? 0);
  return new ProcmanError(
    problem(
      "OPERATION_TIMEOUT",
      `Cannot finish ${action} within ${after}: ${names.join(", ")}`,
      "Look at 'procman ls' and 'procman logs', or give it longer with --timeout.",
      { results: resultsOf(awaited).map((it) => (openIds.has(it.id) ? stillOpen(it) : it)) },
    ),
  );
}

/** It may come true yet, but not in time. */
function stillOpen(result: ActionResult): ActionResult {
  const { id, action, state } = result;
  const message = `Cannot finish ${action} of ${id} in time: it is ${state ?? "gone"}`;
  const error = result.error ?? problem("OPERATION_TIMEOUT", message);
  return { ...result, ok: false, error };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
