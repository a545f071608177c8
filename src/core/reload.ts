/** Reloads: another run of an instance comes up beside the one that it has, takes its place when it is ready, and the
 *  one before is stopped then. What comes to nothing leaves everything as it was. */

import { describeExit } from "../model/exit.ts";
import { instanceName, type InstanceId } from "../model/ids.ts";
import type { InstanceInput } from "../model/inputs.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, StateOf } from "../model/state.ts";
import { lastedMs } from "../model/time.ts";
import { confineInstance } from "./confine.ts";
import { faultIn, NEVER_READY, unreadyReason } from "./end-moves.ts";
import { act } from "./lifecycle.ts";
import { mayRunBeside } from "./may-run-beside.ts";
import { beginStop, withoutReload } from "./moves.ts";
import { nameRun } from "./name-run.ts";
import { isToTakeOver, readyMonoMs } from "./reload-cells.ts";
import { launch } from "./run-moves.ts";
import type { Turn } from "./turn.ts";

/** A run of the definition as it is now, beside the one that is there. */
export function beginReload(turn: Turn, waiting: Instance): void {
  const instance = withoutReload(waiting);
  turn.putInstance(instance);
  const { id, project, process, index, generation } = instance;
  // An edit since it was asked for may have made it impossible.
  if (mayRunBeside(turn.specOf(instance)) !== null) {
    return tellOwn(turn, id, { kind: "restart-asked" });
  }
  launch(turn, {
    id,
    project,
    process,
    index,
    generation,
    role: "successor",
    desired: "up",
    state: { kind: "pending", gated: false, sinceMonoMs: turn.now.monoMs },
    sinceMs: turn.now.wallMs,
    restarts: 0,
    restartTimesMonoMs: [],
    backoffStep: 0,
    lastExit: null,
    lastRun: null,
    lease: null,
  });
  settleBeside(turn, id);
}

/** Gives news to the run beside, and looks what follows. */
export function tellBeside(turn: Turn, id: InstanceId, input: InstanceInput): void {
  const beside = turn.instance(id)?.beside;
  if (beside === undefined) return;
  act({ turn, instance: beside, state: beside.state, spec: turn.specOf(beside) }, input);
  settleBeside(turn, id);
}

function tellOwn(turn: Turn, id: InstanceId, input: InstanceInput): void {
  const instance = turn.instance(id);
  if (instance === undefined) return;
  act({ turn, instance, state: instance.state, spec: turn.specOf(instance) }, input);
}

/** Whoever asks this of the instance asks it of both of its runs, and a reload of it is wanted no more. */
export function endReload(turn: Turn, id: InstanceId, input: InstanceInput): void {
  const instance = ENDS.has(input.kind) ? turn.instance(id) : undefined;
  if (instance === undefined) return;
  if (instance.reload !== undefined) turn.putInstance(withoutReload(instance));
  if (instance.beside === undefined) return;
  const beside: Instance = { ...instance.beside, desired: "down" };
  turn.putInstance(beside);
  const timeoutMs = "timeoutMs" in input ? input.timeoutMs : null;
  const { state } = beside;
  if (input.kind === "kill-asked") tellBeside(turn, id, input);
  // Nothing depends on it: it waits for nobody.
  else if (state.kind === "starting" || state.kind === "running") {
    beginStop(turn, beside, state.run, "stop", timeoutMs);
  } else tellBeside(turn, id, { kind: "stop-asked", timeoutMs });
}

const ENDS: ReadonlySet<InstanceInput["kind"]> = new Set([
  "stop-asked",
  "kill-asked",
  "remove-asked",
  "restart-asked",
]);

/** What has ended leaves its place to the run beside it, when that is on its way in. False: there is none. */
export function standIn(turn: Turn, instance: Instance): boolean {
  const { beside } = instance;
  if (beside === undefined || !isToTakeOver(beside)) return false;
  takePlace(turn, instance, beside, null);
  return true;
}

/** Looks what follows from the state of the run beside. */
export function settleBeside(turn: Turn, id: InstanceId): void {
  const instance = turn.instance(id);
  const beside = instance?.beside;
  if (instance === undefined || beside === undefined) return;
  switch (beside.state.kind) {
    case "spawning":
    case "starting":
    case "leaving":
    case "stopping":
    case "cleaning":
      return;
    case "running":
      return settleReady(turn, instance, beside, beside.state);
    default:
      return forget(turn, instance, beside);
  }
}

function settleReady(
  turn: Turn,
  instance: Instance,
  beside: Instance,
  { run, health }: StateOf<"running">,
): void {
  if (!isToTakeOver(beside)) return;
  if (health?.level === "unhealthy") {
    beginStop(turn, beside, run, "unhealthy", null);
  } else if (turn.now.monoMs >= readyMonoMs(beside, turn.specOf(beside))) {
    takePlace(turn, instance, beside, { ...beside, ...ended(instance) });
  }
}

/** As the former run of its instance. */
function ended({ state, lastRun, lastExit, sinceMs }: Instance) {
  return { role: "former", desired: "down", state, lastRun, lastExit, sinceMs } as const;
}

function takePlace(
  turn: Turn,
  instance: Instance,
  { state, lastRun, launched }: Instance,
  former: Instance | null,
): void {
  const at = launched === undefined ? {} : { launched };
  turn.dropBeside(instance.id);
  const moved: Instance = { ...instance, ...at, state, lastRun };
  turn.putInstance(moved);
  if (former !== null) turn.putInstance(former);
  const from = instance.lastRun?.id ?? null;
  if ("run" in state && "pid" in state.run) {
    const { id, pid, generation, startedMonoMs } = state.run;
    nameRun(turn, moved, state.run);
    turn.tellOf(moved, "process.reloaded", id, {
      from,
      pid,
      generation,
      ready: state.kind === "running",
      afterMs: lastedMs(startedMonoMs, turn.now.monoMs),
    });
  }
  if (former !== null && isAlive(former)) {
    beginStop(turn, former, former.state.run, "reload", null);
  }
  // Its definition may be another by now.
  confineInstance(turn, instance.id);
}

type Alive = Instance & { readonly state: StateOf<"starting" | "running" | "leaving"> };

function isAlive(instance: Instance): instance is Alive {
  return ["starting", "running", "leaving"].includes(instance.state.kind);
}

/** Nothing of the run beside is left. */
function forget(turn: Turn, instance: Instance, beside: Instance): void {
  turn.dropBeside(instance.id);
  if (isToTakeOver(beside)) {
    const reason = reasonOf(beside, turn.specOf(beside));
    notReloaded(turn, instance, reason, beside.lastRun?.id ?? null);
    giveUp(turn, instance);
  }
  const { state } = instance;
  if (state.kind === "cleaning" && state.swept !== undefined) {
    tellOwn(turn, instance.id, { kind: "cleaned", killed: state.swept.killed });
  }
}

/** Those that wait behind one that has failed would fail as well. */
function giveUp(turn: Turn, { project, process, index, id }: Instance): void {
  const reason = `not tried, because ${instanceName(process, index)} could not be reloaded`;
  for (const other of turn.instancesOf(project, process)) {
    if (other.id === id || other.reload?.kind !== "asked") continue;
    notReloaded(turn, withoutReload(other), reason, null);
  }
}

/** What was asked of it since is still to be done. */
function notReloaded(turn: Turn, instance: Instance, reason: string, runId: string | null): void {
  const isAskedAgain = instance.reload?.kind === "asked";
  const noted: Instance = { ...instance, reload: { kind: "failed", reason } };
  turn.putInstance(isAskedAgain ? instance : noted);
  turn.tellOf(instance, "reload.failed", runId, { reason });
}

function reasonOf({ state }: Instance, spec: ProcessSpec): string {
  if (state.kind === "failed") return state.reason;
  if (state.kind !== "exited") return "it was stopped";
  const { cause, fault, exit } = state;
  if (cause === "restart") return "it cannot be held to its limits while it runs";
  if (cause === "unready" || cause === "never-ready") {
    const what = cause === "unready" ? unreadyReason(spec) : NEVER_READY;
    return fault === undefined ? what : `${what}: ${fault}`;
  }
  return faultIn(state, spec) ?? `${describeExit(exit)} before it was ready`;
}
