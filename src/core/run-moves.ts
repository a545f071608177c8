/** What the cells of the life cycle do about the beginning of a run: launching, spawned, ready, overdue, again. */

import type { InstanceInputOf, ProcessIdentity } from "../model/inputs.ts";
import { lastedMs } from "../model/time.ts";
import type { Desired, Instance, IntendedRun, Run, StateKind } from "../model/state.ts";
import { confineInstance, confiningOf, putInForce } from "./confine.ts";
import { decide } from "./end-moves.ts";
import { hookOf } from "./hooks.ts";
import { launchFor } from "./launch-for.ts";
import { clearsLeftover } from "./leftovers.ts";
import {
  askRestart,
  beginStop,
  blame,
  depart,
  enterPending,
  move,
  request,
  remove,
  rest,
  type Context,
} from "./moves.ts";
import { nameRun, pidFileFor } from "./name-run.ts";
import { isOwned } from "./owned.ts";
import { askReadyProbes, enterRunning, readyProbes } from "./probing.ts";
import { runBeside } from "./side-commands.ts";
import type { Turn } from "./turn.ts";

/** From `pending`: writes the intent and asks for the spawn. */
export function launch(turn: Turn, instance: Instance): void {
  const run = { id: turn.takeRunId(), generation: instance.generation + 1 };
  const begun = { generation: run.generation, launched: turn.now };
  const spawning = move(turn, instance, { kind: "spawning", run }, begun);
  askSpawn(turn, spawning, run.id, "spawn");
}

/** Asks for the spawn of a run whose intent stands (`spawn-hooked`: the hook before it is done); a launch that cannot be
 *  worked out fails it. */
export function askSpawn(
  turn: Turn,
  instance: Instance,
  runId: string,
  how: "spawn" | "spawn-hooked" | "find-or-spawn",
): void {
  const made = launchFor(turn, instance, runId);
  const { confinement, refused } = confiningOf(turn, instance);
  const [problem = made.ok ? null : made.message] = refused;
  if (made.ok && problem === null) {
    const spec = turn.specOf(instance);
    const held = confinement === null ? {} : { confinement };
    if (instance.state.kind === "spawning") {
      const { id, generation } = instance.state.run;
      move(turn, instance, { kind: "spawning", run: { id, generation, ...held } });
    }
    turn.perform({
      kind: how === "find-or-spawn" ? how : "spawn",
      instance: instance.id,
      runId,
      launch: { ...made.launch, ...held },
      before: how === "spawn-hooked" ? null : hookOf(turn, instance, "beforeStart"),
      log: spec.log,
      pidFile: pidFileFor(turn, instance),
      adopt: spec.adopt === "match" && instance.role === undefined,
    });
  } else {
    const reason = `cannot be started: ${problem}`;
    rest(turn, instance, { kind: "failed", reason }, "process.failed");
  }
}

export function spawned(
  { turn, instance, state }: Context<"spawning">,
  { identity, adopted }: InstanceInputOf<"spawned">,
): void {
  const run = runOf(turn, instance, state.run, identity, { adopted });
  const known = { ...instance, lastRun: run };
  turn.tellOf(known, "process.started", run.id, { pid: run.pid, generation: run.generation });
  nameRun(turn, instance, run);
  if (adopted && run.confinement !== undefined) {
    putInForce(turn, instance.id, run, { before: null, isAgain: true });
  }
  begin(turn, known, run);
  // Its definition may be another by now.
  confineInstance(turn, instance.id);
}

/** Another instance may have taken it meanwhile: then it is looked for anew, and one is spawned in the end. */
export function strangerFound(
  { turn, instance, state }: Context<"spawning">,
  { identity }: InstanceInputOf<"stranger-found">,
): void {
  if (isOwned(turn, identity)) return askSpawn(turn, instance, state.run.id, "spawn");
  takeOver(turn, instance, state.run, identity);
}

/** A new beginning, as with a start, but with a process that is there. One that is somebody's already is left alone. */
export function askAdopt(
  { turn, instance }: Context<StateKind>,
  { identity }: InstanceInputOf<"adopt-asked">,
): void {
  if (isOwned(turn, identity)) return;
  const run = { id: turn.takeRunId(), generation: instance.generation + 1 };
  const fresh = { desired: "up", restartTimesMonoMs: [], backoffStep: 0 } as const;
  takeOver(turn, { ...instance, ...fresh, generation: run.generation }, run, identity);
}

/** The identity is written with the run, so a daemon that dies right after takes up the same process. */
function takeOver(
  turn: Turn,
  instance: Instance,
  intended: IntendedRun,
  identity: ProcessIdentity,
): void {
  const how = { adopted: true, stranger: true } as const;
  const { confinement } = confiningOf(turn, instance, how);
  // What its start was meant to be held to may be another by now.
  const { confinement: _, ...free } = intended;
  const held: IntendedRun = confinement === null ? free : { ...free, confinement };
  const run = runOf(turn, instance, held, identity, how);
  const known = { ...instance, lastRun: run, launched: turn.now };
  const { id: runId, pid, generation } = run;
  turn.tellOf(known, "process.adopted", runId, { pid, stranger: true });
  turn.tellOf(known, "process.started", runId, { pid, generation });
  adopt(turn, known, run);
  if (confinement !== null) putInForce(turn, instance.id, run, { before: null, isAgain: false });
  begin(turn, known, run);
}

/** Watches a run that this daemon has not spawned. */
export function adopt(turn: Turn, instance: Instance, run: Run): void {
  turn.perform({
    kind: "adopt",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    log: turn.specOf(instance).log,
    pidFile: pidFileFor(turn, instance),
  });
}

function runOf(
  turn: Turn,
  instance: Instance,
  intended: IntendedRun,
  { pid, startTicks }: ProcessIdentity,
  how: Pick<Run, "adopted" | "stranger">,
): Run {
  const { wallMs, monoMs } = turn.now;
  const probes = readyProbes(turn.specOf(instance).ready, how);
  const readyAtMs = probes.length === 0 ? wallMs : null;
  const began = { startedAtMs: wallMs, startedMonoMs: monoMs, readyAtMs };
  return { ...intended, pid, startTicks, ...began, ...how };
}

/** Its process is there: what follows depends on what is wanted by now. */
function begin(turn: Turn, instance: Instance, run: Run): void {
  const spec = turn.specOf(instance);
  if (instance.desired !== "up") {
    beginStop(turn, instance, run, "stop", null);
  } else if (readyProbes(spec.ready, run).length === 0) {
    becomeReady(turn, instance, run);
  } else {
    const deadlineMonoMs = turn.now.monoMs + spec.readyWithinMs;
    move(turn, instance, { kind: "starting", run, deadlineMonoMs });
    askReadyProbes(turn, instance, run);
  }
}

/** The hook before the start need not be waited for any more; one that is spawned already is stopped once it is known. */
export function callOff(desired: Desired) {
  return (context: Context<"spawning">): void => {
    request(desired)(context);
    const { turn, instance, state } = context;
    const hasHook = turn.specOf(instance).hooks?.beforeStart !== undefined;
    if (hasHook) turn.perform({ kind: "cancel-start", runId: state.run.id });
  };
}

export function spawnFailed(
  { turn, instance, state, spec }: Context<"spawning">,
  { error }: InstanceInputOf<"spawn-failed">,
): void {
  if (instance.desired === "gone") return remove(turn, instance);
  if (error.code === "ECANCELED") {
    return instance.desired === "up"
      ? enterPending(turn, instance, true)
      : depart({ turn, instance });
  }
  if (clearsLeftover(turn, instance, state.run.id, error)) return;
  const failure = { kind: "failed", reason: error.message, spawnError: error.code } as const;
  // No policy is asked about a run beside another.
  const isFinal = !error.transient || instance.role !== undefined;
  if (instance.desired === "down" || isFinal) {
    rest(turn, instance, failure, "process.failed");
  } else {
    const ended = { instance, what: error.message, success: false, livedMs: 0 };
    decide(turn, instance, spec.restart, ended);
  }
}

/** The port that it needs is free again, unless somebody else was faster: then that is told in turn. */
export function leftoverCleared({ turn, instance, state }: Context<"spawning">): void {
  if (instance.desired === "gone") return remove(turn, instance);
  if (instance.desired === "up") return askSpawn(turn, instance, state.run.id, "spawn-hooked");
  depart({ turn, instance });
}

/** Only its start can bring it in line. What ran before procman knew of it goes on as it is. */
export function unconfined(context: Context<"starting" | "running">): void {
  if (context.state.run.stranger !== true) askRestart(context);
}

export function ready({ turn, instance, state }: Context<"starting">): void {
  becomeReady(turn, instance, { ...state.run, readyAtMs: turn.now.wallMs });
}

export function readinessOverdue({ turn, instance, state }: Context<"starting">): void {
  if (turn.now.monoMs < state.deadlineMonoMs) return;
  beginStop(turn, instance, state.run, "unready", null);
}

/** It need not be waited for any longer. */
export function neverReady(
  { turn, instance, state }: Context<"starting">,
  { answer }: InstanceInputOf<"never-ready">,
): void {
  blame(turn, beginStop(turn, instance, state.run, "never-ready", null), answer);
}

export function backoffOver({ turn, instance, state }: Context<"backoff">): void {
  if (turn.now.monoMs < state.untilMonoMs) return;
  enterPending(turn, instance, true, { restarts: instance.restarts + 1 });
}

function becomeReady(turn: Turn, instance: Instance, run: Run): void {
  const moved = enterRunning(turn, { ...instance, lastRun: run }, run);
  turn.tellOf(moved, "process.ready", run.id, {
    afterMs: lastedMs(run.startedMonoMs, turn.now.monoMs),
  });
  runBeside(turn, moved, { what: "hooks.afterReady", runId: run.id });
}
