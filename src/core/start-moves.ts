/** What a start does to something of which nothing runs. */

import type { InstanceInputOf } from "../model/inputs.ts";
import type { StateKind } from "../model/state.ts";
import { enterPending, type Context } from "./moves.ts";
import { enterScheduled } from "./on-schedule.ts";

/** An explicit start of something at rest, or of something that waits: a new beginning, with fresh counters. */
export function askStart(
  { turn, instance: found, spec }: Context<StateKind>,
  input: InstanceInputOf<"start-asked" | "restart-asked" | "reload-asked">,
): void {
  const asked = input.kind === "start-asked" ? input : { gated: true, lease: null, now: true };
  // What its files have led to before is no matter any more.
  const { streak: _, ...instance } = found;
  const { state } = instance;
  const fresh = {
    desired: "up",
    restartTimesMonoMs: [],
    backoffStep: 0,
    // Who holds what waits goes on holding it, whoever asks for it again.
    lease: instance.lease ?? asked.lease,
  } as const;
  if (spec.schedule !== undefined && asked.now !== true) {
    const { desired, lease } = fresh;
    const isWaiting = ["scheduled", "pending", "backoff"].includes(state.kind);
    if (isWaiting) return turn.putInstance({ ...found, desired, lease });
    if (spec.schedule.runOnStart !== true) {
      return enterScheduled(turn, { ...instance, ...fresh }, null);
    }
  }
  if (state.kind === "pending" && asked.gated && state.gated) {
    turn.putInstance({ ...instance, desired: "up" });
    return;
  }
  enterPending(turn, instance, asked.gated, fresh);
}
