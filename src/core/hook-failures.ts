/** What follows when a hook has gone wrong that must not (`onFailure: fail`), as with ExecStartPost and ExecStopPost of
 *  systemd: what it comes after has failed with it. The hook before a start fails the spawn; it is not seen here. */

import type { InstanceInputOf } from "../model/inputs.ts";
import type { Instance, Run } from "../model/state.ts";
import { type Context, beginStop, blame, move } from "./moves.ts";
import type { Turn } from "./turn.ts";

const AFTER_READY = "hooks.afterReady";

/** The run is ended, and has failed: its restart policy decides. */
export function startSpoiled(
  { turn, instance, state }: Context<"running">,
  { what, reason }: InstanceInputOf<"hook-failed">,
): void {
  if (what !== AFTER_READY) return;
  failStart(turn, instance, state.run, `${what} ${reason}`);
}

/** It is to go anyway, as long as that is not taken back. */
export function leavingSpoiled(
  { turn, instance, state }: Context<"leaving">,
  { what, reason }: InstanceInputOf<"hook-failed">,
): void {
  if (what !== AFTER_READY) return;
  move(turn, instance, { ...state, startFault: `${what} ${reason}` });
}

export function failStart(turn: Turn, instance: Instance, run: Run, fault: string): void {
  blame(turn, beginStop(turn, instance, run, "hook", null), fault);
}

/** It is on its way out already, and what is done cannot be undone: it counts when the run is judged. */
export function endSpoiled(
  { turn, instance, state }: Context<"stopping" | "cleaning">,
  { what, reason }: InstanceInputOf<"hook-failed">,
): void {
  if (what === AFTER_READY) return;
  move(turn, instance, { ...state, hookFault: `${what} ${reason}` });
}
