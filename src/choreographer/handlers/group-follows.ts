/** Decides who of its groups is restarted with a run that has ended and is to be restarted. */

import type { Fact } from "../../model/events.ts";
import { restartGroup } from "../../core/group-strategy.ts";
import type { Turn } from "../../core/turn.ts";

/** To be asked after the restart policy has spoken. */
export function groupFollows(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance?.state.kind === "backoff") restartGroup(turn, instance);
}
