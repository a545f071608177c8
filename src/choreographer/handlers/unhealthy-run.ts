/** Decides what becomes of a run that its health probes have given up on. */

import type { Fact } from "../../model/events.ts";
import { endUnhealthy } from "../../core/probing.ts";
import type { Turn } from "../../core/turn.ts";

export function unhealthyRun(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance !== undefined) endUnhealthy(turn, instance);
}
