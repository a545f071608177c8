/** What becomes of side commands: they go well or wrong, or are cut off with the daemon that ran them. */

import type { InputOf } from "../model/inputs.ts";
import type { InstanceId } from "../model/ids.ts";
import { report } from "./ask.ts";
import { belongs, forgetBeside, runBeside } from "./side-commands.ts";
import type { Turn } from "./turn.ts";

export function commandDone(turn: Turn, { instance, side }: InputOf<"command-done">): void {
  forgetBeside(turn, instance, side);
}

/** Of any command of the configuration. */
export function commandFailed(turn: Turn, input: Omit<InputOf<"command-failed">, "kind">): void {
  const { runId, what, reason, isRequired } = input;
  const instance = turn.instance(input.instance);
  if (instance === undefined) return;
  turn.tellOf(instance, "hook.failed", runId, { hook: what, reason });
  if (isRequired !== true || runId === null) return;
  report(turn, input.instance, runId, { kind: "hook-failed", what, reason });
}

/** Those that were under way are run again by a new daemon, which has ended what was left of them. Once: one that ends the
 *  daemon itself would go round in circles. */
export function takeUpSideCommands(turn: Turn, id: InstanceId): void {
  for (const side of turn.instance(id)?.sideCommands ?? []) {
    forgetBeside(turn, id, side.id);
    const instance = turn.instance(id);
    if (instance === undefined || !belongs(turn, instance, side)) continue;
    const { id: _, isAgain, ...cause } = side;
    if (isAgain !== true) {
      runBeside(turn, instance, cause, true);
      continue;
    }
    const isHook = cause.what === "hooks.afterReady";
    const isRequired = isHook && turn.specOf(instance).hooks?.afterReady?.onFailure === "fail";
    commandFailed(turn, {
      instance: id,
      runId: isHook ? cause.runId : (instance.lastRun?.id ?? null),
      what: cause.what,
      reason: "was cut off with the daemon for the second time, and is not run again",
      ...(isRequired ? { isRequired } : {}),
    });
  }
}

/** Nothing outlives the machine. */
export function forgetSideCommands(turn: Turn, id: InstanceId): void {
  for (const side of turn.instance(id)?.sideCommands ?? []) forgetBeside(turn, id, side.id);
}
