/** What the cells of the life cycle do about the end of a run: stopping, gone, cleaned up, and what follows. */

import { formatDuration } from "../model/duration.ts";
import type { EndCause } from "../model/end-cause.ts";
import { describeExit } from "../model/exit.ts";
import type { InstanceInputOf } from "../model/inputs.ts";
import type { ProcessSpec, RestartSpec } from "../model/spec.ts";
import { lastedMs } from "../model/time.ts";
import type { Instance, InstanceState, Run, StateOf } from "../model/state.ts";
import { confineInstance } from "./confine.ts";
import { drainFor } from "./drain.ts";
import { failStart } from "./hook-failures.ts";
import { hookOf } from "./hooks.ts";
import { enterPending, letGo, move, remove, rest, suspend, wanted, type Context } from "./moves.ts";
import { pidFileFor } from "./name-run.ts";
import { enterScheduled, isOnSchedule } from "./on-schedule.ts";
import { enterRunning } from "./probing.ts";
import { signalSooner } from "./stop-ask.ts";
import { afterEnd, isSuccess, type EndedRun } from "./restart.ts";
import type { Turn } from "./turn.ts";

/** The process is gone. What is left of its tree is ended, its output drained, before anything else happens. */
export function exited(
  { turn, instance, state, spec }: Context<"starting" | "running" | "leaving" | "stopping">,
  { exit }: InstanceInputOf<"exited">,
): void {
  const stopping = state.kind === "stopping" ? state : null;
  const grace = turn.now.monoMs + spec.stop.timeoutMs;
  const graceUntilMonoMs = stopping?.graceUntilMonoMs ?? grace;
  const { run } = state;
  turn.perform({ kind: "stop-probing", runId: run.id });
  const moved = move(
    turn,
    instance,
    {
      kind: "cleaning",
      run,
      cause: causeOf(state),
      ...faultOf(state),
      exit,
      forced: stopping !== null && stopping.killAtMonoMs === null,
      endedMonoMs: turn.now.monoMs,
      graceUntilMonoMs,
      survivors: [],
    },
    { lastExit: exit, lastRun: run },
  );
  askClean(turn, moved, run, graceUntilMonoMs);
}

export function askClean(turn: Turn, instance: Instance, run: Run, graceUntilMonoMs: number): void {
  const spec = turn.specOf(instance);
  const { lastExit } = instance;
  const exit = {
    PROCMAN_EXIT_CODE: String(lastExit?.code ?? ""),
    PROCMAN_EXIT_SIGNAL: lastExit?.signal ?? "",
  };
  turn.perform({
    kind: "clean",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    signal: spec.stop.signal,
    graceUntilMonoMs,
    after: hookOf(turn, instance, "afterExit", exit),
    pidFile: pidFileFor(turn, instance),
  });
}

export function survivorsSeen(
  { turn, instance, state }: Context<"cleaning">,
  { pids }: InstanceInputOf<"survivors-seen">,
): void {
  move(turn, instance, { ...state, survivors: pids });
}

/** Nothing of the run is left: says so and leaves the verdict to the restart policy. */
export function cleaned(
  { turn, instance, state }: Context<"cleaning">,
  { killed }: InstanceInputOf<"cleaned">,
): void {
  const { run, cause, exit, endedMonoMs } = state;
  const forced = state.forced || killed;
  const moved = move(turn, instance, {
    kind: "exited",
    run,
    cause,
    ...faultOf(state),
    exit,
    forced,
    endedMonoMs,
  });
  turn.tellOf(moved, "process.exited", run.id, {
    code: exit.code,
    signal: exit.signal,
    oomKilled: exit.oomKilled,
    known: exit.known,
    cause,
    uptimeMs: lastedMs(run.startedMonoMs, endedMonoMs),
  });
}

/** The restart policy's answer to `exited`: what was asked counts more than how it ended. */
export function settle({ turn, instance, state, spec }: Context<"exited">): void {
  const { cause, exit, forced, run } = state;
  if (instance.desired === "gone") return remove(turn, instance);
  if (instance.desired === "down") {
    if (state.hookFault !== undefined && !forced) {
      return rest(turn, instance, { kind: "failed", reason: state.hookFault }, "process.failed");
    }
    const kind = forced ? "killed" : "stopped";
    const killed = cause === "kill" ? "killed on request" : LATE;
    const reason = forced ? killed : letGo(turn, instance);
    return rest(turn, instance, { kind, reason }, `process.${kind}`);
  }
  if (cause === "stop" || cause === "kill" || cause === "restart") {
    return cause !== "restart" && isOnSchedule(instance, spec)
      ? enterScheduled(turn, instance, null)
      : enterPending(turn, instance, true);
  }
  if (cause === "suspended") return suspend(turn, instance, state.fault ?? "");
  if (cause === "unready" || cause === "never-ready") {
    const what = cause === "unready" ? unreadyReason(spec) : NEVER_READY;
    const reason = state.fault === undefined ? what : `${what}: ${state.fault}`;
    return rest(turn, instance, { kind: "failed", reason }, "process.failed");
  }
  const fault = faultIn(state, spec);
  decide(turn, instance, spec.restart, {
    instance,
    what: fault ?? describeExit(exit),
    success: fault === null,
    livedMs: Math.max(0, state.endedMonoMs - run.startedMonoMs),
  });
}

/** Why a run that ended by itself, or was ended for a fault, has failed; null when it has done what it was for. */
export function faultIn(
  { cause, fault, hookFault, exit }: StateOf<"exited">,
  { restart }: ProcessSpec,
): string | null {
  if (cause === "unhealthy")
    return fault === undefined ? "was unhealthy" : `was unhealthy: ${fault}`;
  if (cause === "over-limit") return `used more than it may: ${fault ?? "a limit"}`;
  if (cause === "hook") return fault ?? "a hook of it failed";
  if (!isSuccess(exit, restart)) return describeExit(exit);
  return hookFault ?? null;
}

/** From now on the grace counts, unless less of it is left. */
export function signalled({ turn, instance, state }: Context<"stopping">): void {
  if (state.killAtMonoMs === null || state.graceMs === undefined) return;
  const until = Math.min(state.killAtMonoMs, turn.now.monoMs + state.graceMs);
  const asked = signalSooner(state, turn.now.monoMs, state.graceMs);
  move(turn, instance, { ...state, ...asked, killAtMonoMs: until, graceUntilMonoMs: until });
}

/** The signal need not wait, then. */
export function unasked({ turn, instance, state }: Context<"stopping">): void {
  if (state.signalAtMonoMs !== undefined) signal(turn, instance, state);
}

/** The reason of one that was to stop, and had to be killed. */
export const LATE = "did not stop within its grace";

/** The reason of a run whose ready probe has failed too often begins so. */
export const NEVER_READY = "did not become ready";

export function unreadyReason({ readyWithinMs }: Pick<ProcessSpec, "readyWithinMs">): string {
  return `was not ready within ${formatDuration(readyWithinMs)}`;
}

export function graceOver({ turn, instance, state }: Context<"stopping">): void {
  const { killAtMonoMs, signalAtMonoMs } = state;
  const { monoMs } = turn.now;
  if (killAtMonoMs !== null && monoMs >= killAtMonoMs) {
    const { signalAtMonoMs: _, ...told } = state;
    move(turn, instance, { ...told, killAtMonoMs: null });
    askSignal(turn, instance, state.run, "SIGKILL");
  } else if (signalAtMonoMs !== undefined && monoMs >= signalAtMonoMs) {
    signal(turn, instance, state);
  }
}

/** It was asked, and has not gone. */
function signal(turn: Turn, instance: Instance, state: StateOf<"stopping">): void {
  const { signalAtMonoMs: _, ...told } = state;
  move(turn, instance, told);
  askSignal(turn, instance, state.run, turn.specOf(instance).stop.signal);
}

function askSignal(turn: Turn, instance: Instance, run: Run, name: string): void {
  turn.perform({
    kind: "signal",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    signal: name,
    before: null,
    ask: null,
    ...drainFor(turn.specOf(instance), name === "SIGKILL" ? "kill" : "stop", 0),
  });
}

/** A stop that was still waiting for others is taken back: it is as it was, and that is told. Its definition may be another. */
export function stay({ turn, instance, state, spec }: Context<"leaving">): void {
  const { run } = state;
  const taken = { stopTakenBack: true };
  if (run.readyAtMs !== null) {
    const moved = enterRunning(turn, { ...wanted(instance), desired: "up" }, run);
    turn.tellOf(moved, "process.ready", run.id, taken);
    if (state.startFault !== undefined) return failStart(turn, moved, run, state.startFault);
    return confineInstance(turn, instance.id);
  }
  const deadlineMonoMs = turn.now.monoMs + spec.readyWithinMs;
  const starting = { kind: "starting", run, deadlineMonoMs } as const;
  const moved = move(turn, wanted(instance), starting, { desired: "up" });
  turn.tellOf(moved, "process.started", run.id, { pid: run.pid, ...taken });
  confineInstance(turn, instance.id);
}

/** Already on its way out, and to start again once it is gone. */
export function startAfterwards(
  { turn, instance, state, spec }: Context<"stopping" | "cleaning">,
  input: InstanceInputOf<"start-asked" | "restart-asked" | "reload-asked">,
): void {
  const lease = instance.lease ?? (input.kind === "start-asked" ? input.lease : null);
  // What has a schedule goes back there.
  const waits = spec.schedule !== undefined && input.kind === "start-asked" && input.now !== true;
  const after = waits ? state : { ...state, cause: "restart" as const };
  move(turn, instance, after, { desired: "up", lease });
}

/** Already on its way out: stays out, and sooner if the new grace ends sooner. */
export function stopSooner(
  { turn, instance, state }: Context<"leaving" | "stopping" | "cleaning">,
  input: InstanceInputOf<"stop-asked"> | InstanceInputOf<"remove-asked">,
): void {
  const gone = input.kind === "remove-asked" || instance.desired === "gone";
  const asked: Instance = { ...instance, desired: gone ? "gone" : "down" };
  if (input.timeoutMs === null) return turn.putInstance(asked);
  if (state.kind === "leaving") {
    move(turn, asked, { ...state, timeoutMs: input.timeoutMs });
  } else if (state.kind === "stopping" && state.killAtMonoMs !== null) {
    const until = Math.min(state.killAtMonoMs, turn.now.monoMs + input.timeoutMs);
    const sooner = signalSooner(state, turn.now.monoMs, input.timeoutMs);
    move(turn, asked, { ...state, ...sooner, killAtMonoMs: until, graceUntilMonoMs: until });
  } else {
    turn.putInstance(asked);
  }
}

/** The leader is gone, the rest of the tree gets no more grace. */
export function killRest({ turn, instance, state }: Context<"cleaning">): void {
  const desired = instance.desired === "gone" ? "gone" : "down";
  const { monoMs } = turn.now;
  const moved = move(turn, { ...instance, desired }, { ...state, graceUntilMonoMs: monoMs });
  if (state.swept === undefined) askClean(turn, moved, state.run, monoMs);
}

/** Acts on the verdict of the restart policy. */
export function decide(turn: Turn, instance: Instance, spec: RestartSpec, ended: EndedRun): void {
  const verdict = afterEnd(ended, spec, turn.now, turn.chance());
  if (verdict.kind === "completed") {
    return rest(turn, instance, { kind: "completed" }, "process.completed");
  }
  if (verdict.kind === "failed") {
    const { reason } = verdict;
    return rest(turn, instance, { kind: "failed", reason }, "process.failed");
  }
  const { reason, delayMs, restartTimesMonoMs, backoffStep } = verdict;
  const moved = move(
    turn,
    instance,
    {
      kind: "backoff",
      untilMonoMs: turn.now.monoMs + delayMs,
      untilMs: turn.now.wallMs + delayMs,
      reason,
    },
    { restartTimesMonoMs, backoffStep },
  );
  turn.tellOf(moved, "process.backoff", instance.lastRun?.id ?? null, { reason, delayMs });
}

function faultOf(state: InstanceState): { readonly fault?: string; readonly hookFault?: string } {
  const fault = "fault" in state ? state.fault : undefined;
  const hookFault = "hookFault" in state ? state.hookFault : undefined;
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(hookFault === undefined ? {} : { hookFault }),
  };
}

function causeOf(
  state: Context<"starting" | "running" | "leaving" | "stopping">["state"],
): EndCause {
  if (state.kind === "stopping") return state.cause;
  return state.kind === "leaving" ? "stop" : "itself";
}
