/** What the cells of the life cycle do with what operators ask. `run-moves.ts` has those that answer the world. */

import { AT_REST } from "../model/at-rest.ts";
import type { EndCause } from "../model/end-cause.ts";
import type { EventType } from "../model/events.ts";
import type { InstanceInputKind, InstanceInputOf } from "../model/inputs.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Desired, Instance, InstanceState, Run, StateKind, StateOf } from "../model/state.ts";
import { withoutChange } from "./file-changes.ts";
import { hookOf } from "./hooks.ts";
import { drainFor } from "./drain.ts";
import { signalAt, stopAsk } from "./stop-ask.ts";
import type { Turn } from "./turn.ts";

/** What a cell sees: the instance in one of the states K. */
export type Context<K extends StateKind> = ContextIn<StateOf<K>>;

interface ContextIn<S extends InstanceState> {
  readonly turn: Turn;
  readonly instance: Instance;
  readonly state: S;
  readonly spec: ProcessSpec;
}

export type Cell<K extends StateKind, I extends InstanceInputKind> = (
  context: Context<K>,
  input: InstanceInputOf<I>,
) => void;

type AliveKind = "starting" | "running" | "leaving";
type EndingKind = AliveKind | "stopping";

/** The input means nothing here. */
export function keep(): void {
  // Nothing changes: that is the answer.
}

/** Only notes what is wanted; the state's own next input acts on it. */
export function request(desired: Desired) {
  return ({ turn, instance }: Context<StateKind>): void => {
    // What is to be forgotten stays so when it is stopped.
    const isSettled = desired === "down" && instance.desired === "gone";
    if (isSettled || instance.desired === desired) return;
    turn.putInstance({ ...(desired === "up" ? wanted(instance) : instance), desired });
  };
}

export function retire(context: Context<StateKind>): void {
  request("gone")(context);
}

/** What is noted of watched files ends here: nobody wants to know, or a new run comes next and sees them as they are. */
const FORGETS_CHANGE: ReadonlySet<StateKind> = new Set([
  "pending",
  "scheduled",
  "stopped",
  "killed",
  "skipped",
  "suspended",
]);

/** What waits to be reloaded, or could not be, is something else from here on. */
const FORGETS_RELOAD: ReadonlySet<StateKind> = new Set([
  ...AT_REST,
  "pending",
  "spawning",
  "backoff",
  "scheduled",
]);

/** Enters a state. Facts are told by the caller, whose cause it knows. */
export function move(
  turn: Turn,
  instance: Instance,
  state: InstanceState,
  patch: Partial<Omit<Instance, "id" | "state">> = {},
): Instance {
  const sinceMs = state.kind === instance.state.kind ? instance.sinceMs : turn.now.wallMs;
  const still = FORGETS_RELOAD.has(state.kind) ? withoutReload(instance) : instance;
  const known = FORGETS_CHANGE.has(state.kind) ? withoutChange(still) : still;
  const moved: Instance = { ...known, sinceMs, ...patch, state };
  turn.putInstance(moved);
  return moved;
}

/** Nothing waits to be reloaded, and nothing is said of the last time. */
export function withoutReload(instance: Instance): Instance {
  const { reload, ...others } = instance;
  return reload === undefined ? instance : others;
}

/** To `pending`: it starts as soon as its dependencies and its turn allow. */
export function enterPending(
  turn: Turn,
  instance: Instance,
  gated: boolean,
  patch: Partial<Omit<Instance, "id" | "state">> = {},
): void {
  const state: InstanceState = { kind: "pending", gated, sinceMonoMs: turn.now.monoMs };
  turn.tellOf(move(turn, wanted(instance), state, patch), "process.pending", null);
}

/** No rule has it stopped any more. */
export function wanted(instance: Instance): Instance {
  const { goesBecause, ...others } = instance;
  return goesBecause === undefined ? instance : others;
}

/** Gives up waiting to start. */
export function depart({ turn, instance }: Pick<Context<StateKind>, "turn" | "instance">): void {
  const reason = letGo(turn, instance);
  rest(turn, instance, { kind: "stopped", reason }, "process.stopped", { desired: "down" });
}

/** Why something is stopped that nobody asked to stop: by a rule, or what held it is gone. Null when that is not so. */
export function letGo(turn: Turn, { lease, goesBecause }: Instance): string | null {
  if (goesBecause !== undefined) return goesBecause;
  if (lease === null || turn.lease(lease) !== undefined) return null;
  return "the foreground command that held it ended, or its terminal was closed";
}

/** Forgets an instance of which nothing runs. */
export function gone({ turn, instance }: Context<StateKind>): void {
  remove(turn, instance);
}

export function remove(turn: Turn, instance: Instance): void {
  turn.removeInstance(instance);
  turn.tellOf(instance, "process.removed", null);
}

/** It keeps changing what it watches, so it is left at rest until somebody asks for it. */
export function suspend(turn: Turn, instance: Instance, reason: string): void {
  const file = instance.streak?.file ?? null;
  const moved = move(turn, instance, { kind: "suspended", reason });
  turn.tellOf(moved, "process.suspended", moved.lastRun?.id ?? null, { reason, file });
}

/** To a state in which nothing of the instance runs or waits; whatever held it lets go. */
export function rest(
  turn: Turn,
  instance: Instance,
  state: Extract<
    InstanceState,
    { kind: "stopped" | "killed" | "completed" | "failed" | "skipped" }
  >,
  type: EventType,
  patch: Partial<Omit<Instance, "id" | "state">> = {},
): void {
  // What has a schedule is held until it is stopped; what has ended and is watched may be started again by a change.
  const { schedule, watch } = turn.specOf(instance);
  const isAwaited = state.kind === "failed" || state.kind === "completed";
  const isHeld =
    (schedule !== undefined || (watch !== undefined && isAwaited)) &&
    (patch.desired ?? instance.desired) === "up";
  const lease = isHeld ? instance.lease : null;
  const moved = move(turn, wanted(instance), state, { lease, ...patch });
  const reason = "reason" in state ? state.reason : null;
  const runId = moved.lastRun?.id ?? null;
  turn.tellOf(moved, type, runId, reason === null ? {} : { reason });
}

/** Stop or removal: waits until what depends on it is gone; then `departures` signals it. */
export function askStop(
  { turn, instance, state }: Context<AliveKind>,
  input: InstanceInputOf<"stop-asked"> | InstanceInputOf<"remove-asked">,
): void {
  const desired = input.kind === "remove-asked" ? "gone" : "down";
  const { timeoutMs } = input;
  const use = "use" in state && state.use !== undefined ? { use: state.use } : {};
  const leaving: InstanceState = { kind: "leaving", run: state.run, timeoutMs, ...use };
  turn.tellOf(move(turn, instance, leaving, { desired }), "process.stopping", state.run.id);
}

export function askRestart(
  { turn, instance, state }: Context<AliveKind>,
  { because = {} }: Pick<InstanceInputOf<"restart-asked">, "because"> = {},
): void {
  turn.tellOf(instance, "process.restarting", state.run.id, because);
  beginStop(turn, { ...instance, desired: "up" }, state.run, "restart", null);
}

export function askKill({ turn, instance, state }: Context<EndingKind>): void {
  const desired = instance.desired === "gone" ? "gone" : "down";
  beginStop(turn, { ...instance, desired }, state.run, "kill", null);
}

/** Signals the run. A kill is SIGKILL at once; everything else the stop signal, then SIGKILL after the grace. Where it
 *  is asked first, the signal comes when half of the grace is over. */
export function beginStop(
  turn: Turn,
  instance: Instance,
  run: Run,
  cause: Exclude<EndCause, "itself">,
  timeoutMs: number | null,
): Instance {
  const killing = cause === "kill";
  const { stop } = turn.specOf(instance);
  const before = killing ? null : hookOf(turn, instance, "beforeStop");
  // Until the hook is over nobody knows when the signal will have been sent: it counts in full, see `signalled`.
  const graceMs = killing ? 0 : (timeoutMs ?? stop.timeoutMs);
  const ask = killing ? null : stopAsk(turn, instance, run, graceMs);
  const from = turn.now.monoMs + (before?.timeoutMs ?? 0);
  const until = from + graceMs;
  const moved = move(turn, instance, {
    kind: "stopping",
    run,
    cause,
    killAtMonoMs: killing ? null : until,
    ...signalAt(ask, from),
    graceUntilMonoMs: until,
    graceMs,
  });
  turn.perform({ kind: "stop-probing", runId: run.id });
  turn.perform({
    kind: "signal",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    signal: killing ? "SIGKILL" : stop.signal,
    before,
    ask,
    ...drainFor(turn.specOf(instance), cause, ask === null ? graceMs : 0),
  });
  if (instance.state.kind !== "stopping" && instance.state.kind !== "leaving") {
    turn.tellOf(moved, "process.stopping", run.id, { cause });
  }
  return moved;
}

/** What is said to be why it is ended. */
export function blame(turn: Turn, instance: Instance, fault: string): void {
  if (instance.state.kind === "stopping") move(turn, instance, { ...instance.state, fault });
}

/** Clears the restart counters; nothing else changes. */
export function reset({ turn, instance }: Context<StateKind>): void {
  turn.putInstance({ ...instance, restarts: 0, restartTimesMonoMs: [], backoffStep: 0 });
}
