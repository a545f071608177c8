/** Decides what follows the end of a run: at rest, a restart after a pause, or a verdict. */

import type { Fact } from "../../model/events.ts";
import { settle } from "../../core/end-moves.ts";
import { standIn } from "../../core/reload.ts";
import type { Turn } from "../../core/turn.ts";

export function restartPolicy(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance?.state.kind !== "exited" || standIn(turn, instance)) return;
  settle({ turn, instance, state: instance.state, spec: turn.specOf(instance) });
}
