/** Side commands, in a step: each is noted with its instance while it is under way, and ended with what it belongs to. */

import { definitionOf } from "../model/definition-of.ts";
import type { HookRun } from "../model/effects.ts";
import type { RunId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import type { SideCause, SideCommand } from "../model/side-command.ts";
import type { Instance } from "../model/state.ts";
import { isWatched } from "./file-changes.ts";
import { commandRun, hookOf } from "./hooks.ts";
import type { Turn } from "./turn.ts";

/** Runs it, where the definition has one; it replaces the one before of its kind. */
export function runBeside(turn: Turn, instance: Instance, cause: SideCause, isAgain = false): void {
  const command = commandOf(turn, instance, cause);
  if (command === null) return;
  const side: SideCommand = {
    ...cause,
    id: turn.takeSideCommandId(),
    ...(isAgain ? { isAgain } : {}),
  };
  // One of each kind, whichever of the runs of a reload it is of: it is noted with the instance, not with the run beside.
  const own = turn.instance(instance.id) ?? instance;
  const others = sideCommandsOf(own).filter(({ what }) => what !== cause.what);
  turn.putInstance({ ...own, sideCommands: [...others, side] });
  const runId = cause.what === "hooks.afterReady" ? cause.runId : (instance.lastRun?.id ?? null);
  turn.perform({ kind: "run-command", instance: instance.id, runId, command, side: side.id });
}

/** The last look of a step at what it has changed: those are ended that belong to nothing any more. */
export function keepSideCommands(turn: Turn): void {
  for (const instance of turn.touchedInstances()) {
    for (const side of sideCommandsOf(instance)) {
      if (!belongs(turn, instance, side)) endBeside(turn, instance, side);
    }
  }
  for (const instance of turn.removedInstances()) {
    for (const { what } of sideCommandsOf(instance)) {
      turn.perform({ kind: "end-command", instance: instance.id, what });
    }
  }
}

/** A hook after becoming ready belongs to its run until that is signalled; the command of a watch to all that the watch
 *  lasts for, restarts included: what it does may be one. */
export function belongs(turn: Turn, instance: Instance, side: SideCause): boolean {
  const { state, beside, project, process, lease } = instance;
  if (side.what === "hooks.afterReady") {
    return (
      isUpWith(state, side.runId) || (beside !== undefined && isUpWith(beside.state, side.runId))
    );
  }
  const spec = definitionOf(turn.project(project), process);
  const held = lease === null ? undefined : turn.lease(lease);
  return spec !== undefined && isWatched(instance, spec, turn.projectOf(instance), held);
}

function isUpWith(state: Instance["state"], runId: RunId): boolean {
  return (state.kind === "running" || state.kind === "leaving") && state.run.id === runId;
}

export function endBeside(turn: Turn, { id }: Instance, side: SideCommand): void {
  forgetBeside(turn, id, side.id);
  turn.perform({ kind: "end-command", instance: id, what: side.what });
}

/** It is over. */
export function forgetBeside(turn: Turn, instance: Instance["id"], side: string): void {
  const found = turn.instance(instance);
  if (found?.sideCommands === undefined) return;
  const { sideCommands, ...others } = found;
  const left = sideCommands.filter(({ id }) => id !== side);
  turn.putInstance(left.length === 0 ? others : { ...others, sideCommands: left });
}

export function sideCommandsOf({ sideCommands = [] }: Instance): readonly SideCommand[] {
  return sideCommands;
}

/** Null when the definition has none, or it cannot be worked out. */
function commandOf(turn: Turn, instance: Instance, cause: SideCause): HookRun | null {
  const { what } = cause;
  if (what === "hooks.afterReady") return hookOf(turn, instance, "afterReady");
  const { watch, command } = turn.specOf(instance);
  if (watch?.action.kind !== "exec") return null;
  const shell = command.kind === "line" ? command.shell : ["sh", "-c"];
  const line = { kind: "line", line: watch.action.line, shell } as const;
  const wanted = { what, command: line, timeoutMs: limits.watchCommandMs };
  return commandRun(turn, instance, wanted, { PROCMAN_CHANGED_FILES: cause.files.join("\n") });
}
