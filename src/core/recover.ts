/** Recovery: what a new daemon does with what the registry holds of the one before it. */

import type { InputOf } from "../model/inputs.ts";
import type { Instance, Run, StateOf } from "../model/state.ts";
import { comesBackAfterBoot } from "./comeback.ts";
import { putInForce } from "./confine.ts";
import { drainFor } from "./drain.ts";
import { move, rest } from "./moves.ts";
import { askClean } from "./end-moves.ts";
import { askHealthProbes, askReadyProbes } from "./probing.ts";
import { adopt, askSpawn } from "./run-moves.ts";
import { settleBeside } from "./reload.ts";
import { forgetSideCommands, takeUpSideCommands } from "./side-command-ends.ts";
import { stopAsk } from "./stop-ask.ts";
import type { Turn } from "./turn.ts";
import { dateAlertsAnew } from "./watch-alerts.ts";

export function recover(turn: Turn, { since }: InputOf<"recovered">): void {
  for (const instance of turn.allInstances()) {
    if (since === "boot") {
      stopAfterBoot(turn, instance);
      forgetSideCommands(turn, instance.id);
    } else {
      takeUp(turn, instance, since === "crash");
      takeUpBeside(turn, instance.id, since === "crash");
      takeUpSideCommands(turn, instance.id);
    }
  }
  if (since === "boot") dateAlertsAnew(turn);
  for (const lease of turn.leases()) {
    if (since === "boot") turn.removeLease(lease.id);
    else turn.perform({ kind: "watch-lease", lease });
  }
}

/** Nothing outlives the machine: everything that was up, or was to come up, is stopped. */
function stopAfterBoot(turn: Turn, found: Instance): void {
  turn.dropBeside(found.id);
  const instance = turn.instance(found.id) ?? found;
  if (instance.desired === "gone") {
    turn.removeInstance(instance);
    turn.tellOf(instance, "process.removed", null);
    return;
  }
  const { kind } = instance.state;
  const comesBack = comesBackAfterBoot(turn, instance);
  if (["stopped", "killed", "completed", "failed", "skipped"].includes(kind)) {
    if (comesBack !== (instance.comesBack === true)) turn.putInstance({ ...instance, comesBack });
    return;
  }
  const stopped = { kind: "stopped", reason: "machine restarted" } as const;
  rest(turn, instance, stopped, "process.stopped", { desired: "down", comesBack });
}

/** Also one whose end is known, and was not looked at any more. */
function takeUpBeside(turn: Turn, id: Instance["id"], crashed: boolean): void {
  const beside = turn.instance(id)?.beside;
  if (beside === undefined) return;
  takeUp(turn, beside, crashed);
  settleBeside(turn, id);
}

function takeUp(turn: Turn, instance: Instance, crashed: boolean): void {
  const { state } = instance;
  if (state.kind === "cleaning" && state.swept !== undefined) return;
  switch (state.kind) {
    case "spawning":
      return askSpawn(turn, instance, state.run.id, "find-or-spawn");
    case "starting":
    case "running":
    case "leaving":
    case "stopping":
    case "cleaning": {
      // Nobody knows what it used meanwhile.
      const { over: _, ...known } = state.run;
      const run: Run = crashed ? { ...known, adopted: true } : known;
      const taken = move(turn, instance, { ...state, run }, { lastRun: run });
      adopt(turn, taken, run);
      // A daemon that died may have announced it and not done it.
      if (run.confinement !== undefined) {
        putInForce(turn, instance.id, run, { before: null, isAgain: true });
      }
      if (crashed) turn.tellOf(taken, "process.adopted", run.id, { pid: run.pid });
      return resume(turn, taken, run);
    }
    default:
      return;
  }
}

/** Does again what the dead daemon may not have got to: probing, signalling, cleaning. */
function resume(turn: Turn, instance: Instance, run: Run): void {
  const { state } = instance;
  if (state.kind === "starting") askReadyProbes(turn, instance, run);
  if (state.kind === "running" && state.health !== undefined) {
    askHealthProbes(turn, instance, run, false);
  }
  if (state.kind === "cleaning") askClean(turn, instance, run, state.graceUntilMonoMs);
  if (state.kind === "stopping") signalAgain(turn, instance, run, state);
}

/** One that was only asked so far is asked again where a command does it; its channel was to the daemon of before. */
function signalAgain(
  turn: Turn,
  instance: Instance,
  run: Run,
  { killAtMonoMs, signalAtMonoMs, graceMs = 0 }: StateOf<"stopping">,
): void {
  const isAsked = killAtMonoMs !== null && signalAtMonoMs !== undefined;
  const ask = isAsked ? stopAsk(turn, instance, run, graceMs) : null;
  if (isAsked && (ask === null || ask.command === null)) return;
  turn.perform({
    kind: "signal",
    instance: instance.id,
    runId: run.id,
    identity: { pid: run.pid, startTicks: run.startTicks },
    signal: killAtMonoMs === null ? "SIGKILL" : turn.specOf(instance).stop.signal,
    before: null,
    ask: ask && { ...ask, overChannel: false },
    ...drainFor(turn.specOf(instance), killAtMonoMs === null ? "kill" : "stop", 0),
  });
}
