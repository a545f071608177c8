/** Watching files, in a step: brings changes to the instance that watches them, and acts on those that have settled. */

import type { InstanceId } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import type { Instance } from "../model/state.ts";
import { actionText, type FileChange, type WatchSpec } from "../model/watch.ts";
import { ask } from "./ask.ts";
import { allDependents } from "./dependencies.ts";
import {
  changeDueMonoMs,
  isWatched,
  streakAfter,
  suspensionReason,
  withoutChange,
} from "./file-changes.ts";
import { beginStop, blame, suspend } from "./moves.ts";
import { endReload } from "./reload.ts";
import { endBeside, runBeside } from "./side-commands.ts";
import type { Turn } from "./turn.ts";

export function filesChanged(turn: Turn, input: InputOf<"files-changed">): void {
  const { kind, files, count } = input;
  const instance = turn.instance(input.instance);
  if (instance === undefined) return;
  // Its stop may be taken back in this very step.
  if (instance.state.kind !== "leaving" && !watches(turn, instance)) return;
  ask(turn, instance.id, { kind, files, count });
}

/** Does what is to be done about changes that have settled. */
export function actOnChange(turn: Turn, id: InstanceId): void {
  const instance = turn.instance(id);
  if (instance?.change === undefined) return;
  const { change } = instance;
  const spec = turn.specOf(instance);
  const dueMonoMs = changeDueMonoMs(instance, spec);
  if (dueMonoMs === null || turn.now.monoMs < dueMonoMs || spec.watch === undefined) return;
  const settled = withoutChange(instance);
  turn.putInstance(settled);
  if (!watches(turn, settled) || !isToAct(turn, settled, spec.watch)) return;
  const { files, count } = change;
  const runId = settled.lastRun?.id ?? null;
  turn.tellOf(settled, "watch.changed", runId, {
    files,
    count,
    action: actionText(spec.watch.action),
  });
  const starts = turn
    .instancesOf(settled.project, settled.process)
    .flatMap(({ lastRun, beside }) => [lastRun, beside?.lastRun])
    .flatMap((run) => run?.startedMonoMs ?? []);
  const streak = streakAfter(settled.streak, change, starts, turn.now);
  const reason = suspensionReason(streak);
  if (reason === null) act(turn, settled, spec.watch, change);
  else endForGood(turn, { ...settled, streak }, reason);
  // Whoever else starts it begins anew.
  const acted = turn.instance(id);
  if (acted !== undefined) turn.putInstance({ ...acted, streak });
}

function watches(turn: Turn, instance: Instance): boolean {
  const lease = instance.lease === null ? undefined : turn.lease(instance.lease);
  return isWatched(instance, turn.specOf(instance), turn.projectOf(instance), lease);
}

/** A command is run once for a process, however many instances it has. */
function isToAct(turn: Turn, instance: Instance, { action }: WatchSpec): boolean {
  if (action.kind !== "exec") return true;
  const others = turn.instancesOf(instance.project, instance.process);
  return !others.some((it) => it.index < instance.index && watches(turn, it));
}

function act(
  turn: Turn,
  instance: Instance,
  { action, cascade }: WatchSpec,
  { files, count }: FileChange,
): void {
  const { id, state } = instance;
  if (action.kind === "exec") return runCommand(turn, instance, files);
  if (action.kind === "signal" && state.kind === "running") {
    return turn.perform({
      kind: "signal",
      instance: id,
      runId: state.run.id,
      identity: { pid: state.run.pid, startTicks: state.run.startTicks },
      signal: action.signal,
      before: null,
      ask: null,
    });
  }
  const kind = action.kind === "reload" ? "reload-asked" : "restart-asked";
  ask(turn, id, { kind, because: { cause: "watch", files, count } });
  if (cascade === true) restartDependents(turn, instance);
}

/** They go down with it, and wait for it as at any start. */
function restartDependents(turn: Turn, { id, project, process }: Instance): void {
  for (const dependent of allDependents(turn.projectOf({ project }), process)) {
    for (const { id: other, desired, state } of turn.instancesOf(project, dependent)) {
      const isUp = state.kind === "starting" || state.kind === "running";
      if (!isUp || desired !== "up") continue;
      ask(turn, other, { kind: "restart-asked", because: { cause: "watch", with: id } });
    }
  }
}

/** One that is under way is ended, also where another instance has run it: it was about files that are others now. */
function runCommand(turn: Turn, instance: Instance, files: readonly string[]): void {
  const what = "watch.action";
  for (const other of turn.instancesOf(instance.project, instance.process)) {
    const side = other.sideCommands?.find((it) => it.what === what);
    if (side !== undefined && other.id !== instance.id) endBeside(turn, other, side);
  }
  runBeside(turn, instance, { what, files });
}

function endForGood(turn: Turn, instance: Instance, reason: string): void {
  const { state } = instance;
  if (state.kind !== "starting" && state.kind !== "running") {
    return suspend(turn, instance, reason);
  }
  turn.putInstance(instance);
  endReload(turn, instance.id, { kind: "stop-asked", timeoutMs: null });
  blame(turn, beginStop(turn, instance, state.run, "suspended", null), reason);
}
