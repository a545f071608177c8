/** Being on a schedule: a process that has one is not started but scheduled, and goes back there after each run. */

import type { Fact } from "../model/events.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Instance, Outcome } from "../model/state.ts";
import type { Instant } from "../model/time.ts";
import type { Due } from "../model/timetable.ts";
import { isSameValue } from "./definition-changes.ts";
import { move, wanted } from "./moves.ts";
import { nextDue, timetableOf, wallTimeOf } from "./timetable.ts";
import type { Turn } from "./turn.ts";

/** To `scheduled`, until its next time. */
export function enterScheduled(turn: Turn, instance: Instance, last: Outcome | null): void {
  const moved = move(turn, wanted(instance), { kind: "scheduled", last });
  const scheduled = withDue(moved, dueOf(turn, moved));
  turn.putInstance(scheduled);
  tellScheduled(turn, scheduled);
}

export function tellScheduled(turn: Turn, instance: Instance): void {
  const { due } = instance;
  const data = due === undefined ? {} : { at: isoOf(due.atMs, due, turn.now) };
  turn.tellOf(instance, "process.scheduled", null, data);
}

/** A run that has ended for good, or could not be made, leaves what has a schedule to its next time. */
export function backOnSchedule(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance === undefined || !isOnSchedule(instance, turn.specOf(instance))) return;
  const { state } = instance;
  if (state.kind === "completed" || state.kind === "failed" || state.kind === "skipped") {
    enterScheduled(turn, instance, state);
  }
}

/** It is up, and what starts it is its schedule. */
export function isOnSchedule(
  { desired, extra }: Instance,
  { schedule, disabled }: ProcessSpec,
): boolean {
  return desired === "up" && extra !== true && schedule !== undefined && !disabled;
}

/** The last look of a step at what it has changed: whatever is up and has a timetable knows its next time, and nothing
 *  else does. */
export function keepDue(turn: Turn): void {
  for (const instance of turn.touchedInstances()) {
    const due = dueOf(turn, instance);
    if (due === (instance.due ?? null)) continue;
    turn.putInstance(withDue(instance, due));
  }
}

/** The same object when it stays as it is. */
function dueOf(turn: Turn, instance: Instance): Due | null {
  const spec = turn.specOf(instance);
  const by = timetableOf(spec);
  if (by === null || spec.disabled || instance.extra === true) return null;
  const known =
    instance.due !== undefined && isSameValue(instance.due.by, by) ? instance.due : null;
  const isUp = instance.desired === "up" && !AT_REST.has(instance.state.kind);
  // What comes back after the machine was stopped is told what it has missed. A period begins anew then.
  if (!isUp) return instance.comesBack === true && by.kind === "cron" ? known : null;
  return known ?? nextDue(by, turn.now, turn.calendar);
}

export function withDue(instance: Instance, due: Due | null): Instance {
  const { due: _, ...others } = instance;
  return due === null ? others : { ...others, due };
}

export function isoOf(atMs: number, { by }: Due, now: Instant): string {
  return new Date(wallTimeOf(atMs, by, now)).toISOString();
}
