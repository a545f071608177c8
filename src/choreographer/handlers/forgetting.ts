/** Decides when a retired process, and with its last process a project, is forgotten. */

import type { Fact } from "../../model/events.ts";
import { forgetRetired } from "../../core/define.ts";
import type { Turn } from "../../core/turn.ts";

export function forgetting(turn: Turn, fact: Fact): void {
  if (fact.project !== null) forgetRetired(turn, fact.project);
}
