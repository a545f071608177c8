/** Decides whether a fallback takes over from what has failed for good, or cannot be started; and when it is not needed
 *  any more. Each fact is decided on by itself, so that what is to go is known before departures look. */

import type { Fact } from "../../model/events.ts";
import { relieveFallbacks, takeOver, takeOverFromRest } from "../../core/fallback.ts";
import type { Turn } from "../../core/turn.ts";
import { definitionOf } from "../../model/definition-of.ts";

export function fallbackTakesOver(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance !== undefined) takeOver(turn, instance);
}

/** Of an edited project (`process` is null) anything may have become needless. */
export function fallbackIsRelieved(turn: Turn, { type, project, process }: Fact): void {
  if (project === null) return;
  if (process === null) return relieveFallbacks(turn, project);
  if (definitionOf(turn.project(project), process)?.fallback === undefined) return;
  relieveFallbacks(turn, project);
  if (type !== "process.ready") takeOverFromRest(turn, project, process);
}
