/** What follows when a hook has gone wrong that must not (`onFailure: fail`), as with ExecStartPost and ExecStopPost of
 *  systemd: what it comes after has failed with it. The hook before a start fails the spawn; it is not seen here. */

import type { InstanceInputOf } from "../model/inputs.ts";
import { type Context, beginStop, blame, move } from "./moves.ts";

const AFTER_READY = "hooks.afterReady";

/** The run is ended, and has failed: its restart policy decides. */
export function startSpoiled(
  { turn, instance, state }: Context<"running">,
  { what, reason }: InstanceInputOf<"hook-failed">,
): void {
  if (what !== AFTER_READY) return;
  blame(turn, beginStop(turn, instance, state.run, "hook", null), `${what} ${reason}`);
}

/** It is on its way out already, and what is done cannot be undone: it counts when the run is judged. */
export function endSpoiled(
  { turn, instance, state }: Context<"stopping" | "cleaning">,
  { what, reason }: InstanceInputOf<"hook-failed">,
): void {
  if (what === AFTER_READY) return;
  move(turn, instance, { ...state, hookFault: `${what} ${reason}` });
}
