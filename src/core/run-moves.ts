/** What the cells of the life cycle do about the beginning of a run: launching, spawned, ready, overdue, again. */

import type { InstanceInputOf } from "../model/inputs.ts";
import type { Instance, Run } from "../model/state.ts";
import { decide } from "./end-moves.ts";
import { launchOf } from "./launch.ts";
import { beginStop, enterPending, move, remove, rest, type Context } from "./moves.ts";
import type { Turn } from "./turn.ts";
import { own } from "../model/own.ts";

/** From `pending`: writes the intent and asks for the spawn. */
export function launch(turn: Turn, instance: Instance): void {
  const run = { id: turn.takeRunId(), generation: instance.generation + 1 };
  const spawning = move(turn, instance, { kind: "spawning", run }, { generation: run.generation });
  askSpawn(turn, spawning, run.id, "spawn");
}

/** Asks for the spawn of a run whose intent stands; a launch that cannot be worked out fails it. */
export function askSpawn(
  turn: Turn,
  instance: Instance,
  runId: string,
  kind: "spawn" | "find-or-spawn",
): void {
  const made = launchFor(turn, instance, runId);
  if (made.ok) {
    const { log } = turn.specOf(instance);
    turn.perform({ kind, instance: instance.id, runId, launch: made.launch, log });
  } else {
    const reason = `cannot be started: ${made.message}`;
    rest(turn, instance, { kind: "failed", reason }, "process.failed");
  }
}

/** Starts the ready probes of a run that is up, if its process has any. */
export function askProbes(turn: Turn, instance: Instance, run: Run): void {
  const made = launchFor(turn, instance, run.id);
  if (!made.ok) return;
  turn.perform({
    kind: "probe",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    probes: made.ready,
    launch: made.launch,
  });
}

export function spawned(
  { turn, instance, state, spec }: Context<"spawning">,
  { identity, adopted }: InstanceInputOf<"spawned">,
): void {
  const { wallMs, monoMs } = turn.now;
  const run: Run = {
    ...state.run,
    pid: identity.pid,
    startTicks: identity.startTicks,
    startedAtMs: wallMs,
    startedMonoMs: monoMs,
    readyAtMs: spec.ready.length === 0 ? wallMs : null,
    adopted,
  };
  const known = { ...instance, lastRun: run };
  const { generation } = run;
  turn.tellOf(known, "process.started", run.id, { pid: run.pid, generation });
  if (instance.desired !== "up") {
    beginStop(turn, known, run, "stop", null);
  } else if (spec.ready.length === 0) {
    becomeReady(turn, known, run);
  } else {
    move(turn, known, {
      kind: "starting",
      run,
      deadlineMonoMs: monoMs + spec.readyWithinMs,
    });
    askProbes(turn, known, run);
  }
}

export function spawnFailed(
  { turn, instance, spec }: Context<"spawning">,
  { error }: InstanceInputOf<"spawn-failed">,
): void {
  if (instance.desired === "gone") return remove(turn, instance);
  const failure = { kind: "failed", reason: error.message, spawnError: error.code } as const;
  if (instance.desired === "down" || !error.transient) {
    rest(turn, instance, failure, "process.failed");
  } else {
    const ended = { instance, what: error.message, success: false, livedMs: 0 };
    decide(turn, instance, spec.restart, ended);
  }
}

export function ready({ turn, instance, state }: Context<"starting">): void {
  becomeReady(turn, instance, { ...state.run, readyAtMs: turn.now.wallMs });
}

export function readinessOverdue({ turn, instance, state }: Context<"starting">): void {
  if (turn.now.monoMs < state.deadlineMonoMs) return;
  beginStop(turn, instance, state.run, "unready", null);
}

export function backoffOver({ turn, instance, state }: Context<"backoff">): void {
  if (turn.now.monoMs < state.untilMonoMs) return;
  enterPending(turn, instance, true, { restarts: instance.restarts + 1 });
}

function becomeReady(turn: Turn, instance: Instance, run: Run): void {
  const moved = move(turn, instance, { kind: "running", run }, { lastRun: run });
  turn.tellOf(moved, "process.ready", run.id, {
    afterMs: Math.max(0, turn.now.monoMs - run.startedMonoMs),
  });
}

function launchFor(turn: Turn, instance: Instance, runId: string) {
  const project = turn.projectOf(instance);
  return launchOf({
    project: project.spec,
    process: turn.specOf(instance),
    instance: instance.id,
    index: instance.index,
    runId,
    callerEnv: own(project.callerEnv, instance.process) ?? {},
    home: turn.home,
  });
}
