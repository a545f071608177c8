/** What happens when a time of a schedule has come, or was missed, and when a schedule is edited. */

import type { DefinitionChanges } from "../model/definition-changes.ts";
import type { Fact } from "../model/events.ts";
import type { InstanceId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import type { Instance } from "../model/state.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Due } from "../model/timetable.ts";
import { ask } from "./ask.ts";
import { runBeside } from "./extra-runs.ts";
import { depart, enterPending } from "./moves.ts";
import { enterScheduled, isoOf, isOnSchedule, tellScheduled, withDue } from "./on-schedule.ts";
import { clockOf, dueAfter, nextDue, passedTimes, wasSetBack, type Missed } from "./timetable.ts";
import type { Turn } from "./turn.ts";

/** To be asked whenever time has passed; every time that has come is either acted on or told to have been missed. */
export function meetSchedule(turn: Turn, id: InstanceId): void {
  const instance = turn.instance(id);
  if (instance?.due === undefined || instance.desired !== "up") return;
  const { due } = instance;
  if (wasSetBack(due, turn.now)) return beginAnew(turn, instance, due);
  if (clockOf(due.by, turn.now) < due.atMs) return;
  const { atMs, missed } = passedTimes(due, turn.now, turn.calendar);
  const { schedule } = turn.specOf(instance);
  const later = withDue(instance, dueAfter(due, turn.now, turn.calendar));
  turn.putInstance(later);
  if (missed !== null) {
    const { firstAtMs, ...how } = missed;
    tellMissed(turn, later, due, firstAtMs, { ...how, reason: "nobody was there to act on it" });
  }
  if (atMs !== null) return act(turn, later, due, { atMs });
  const isIdle = later.state.kind === "scheduled";
  if (schedule?.catchUp === true && isIdle)
    act(turn, later, due, { atMs: due.atMs, catchUp: true });
}

/** An edit that gives a process a schedule, takes it away, or changes it. */
export function scheduleEdited(turn: Turn, { project, data }: Fact): void {
  const changed = (data["changed"] ?? []) as DefinitionChanges["changed"];
  if (project === null) return;
  for (const { process, keys } of changed) {
    if (!keys.includes("schedule") && !keys.includes("disabled")) continue;
    for (const instance of turn.instancesOf(project, process)) followEdit(turn, instance);
  }
}

interface Time {
  readonly atMs: number;
  /** It stands for all that were missed. */
  readonly catchUp?: true;
}

/** What goes by a schedule is run, what has `restart.cron` is restarted. */
function act(turn: Turn, instance: Instance, due: Due, time: Time): void {
  const { schedule } = turn.specOf(instance);
  const { state } = instance;
  const isAlive = state.kind === "starting" || state.kind === "running";
  if (state.kind === "scheduled") {
    tellFired(turn, instance, due, time);
    return enterPending(turn, instance, true, ANEW);
  }
  if (schedule === undefined || schedule.overlap === "replace") {
    if (isAlive) {
      tellFired(turn, instance, due, time);
      turn.putInstance({ ...instance, ...ANEW });
      return ask(turn, instance.id, { kind: "restart-asked" });
    }
    if (schedule !== undefined && state.kind === "backoff") {
      tellFired(turn, instance, due, time);
      return enterPending(turn, instance, true, ANEW);
    }
  }
  if (schedule?.overlap === "allow") {
    if (runBeside(turn, instance)) return tellFired(turn, instance, due, time);
    const reason = `${limits.extraRuns} runs beside it still go on`;
    return tellMissed(turn, instance, due, time.atMs, { count: 1, isMore: false, reason });
  }
  const reason = isAlive ? "the run before still goes on" : REASONS[state.kind];
  const once = { count: 1, isMore: false, reason: reason ?? "it is being stopped" };
  tellMissed(turn, instance, due, time.atMs, once);
}

/** Each time begins a new count of restarts. */
const ANEW = { restartTimesMonoMs: [], backoffStep: 0 } as const;

const REASONS: Readonly<Record<string, string>> = {
  pending: "it still waits to be started",
  spawning: "it is just being started",
  backoff: "it still waits for its next restart",
};

function tellFired(turn: Turn, instance: Instance, due: Due, { atMs, catchUp }: Time): void {
  const lateMs = Math.max(0, Math.round(clockOf(due.by, turn.now) - atMs));
  const at = isoOf(atMs, due, turn.now);
  turn.tellOf(instance, "schedule.fired", null, { at, lateMs, ...(catchUp ? { catchUp } : {}) });
}

function tellMissed(
  turn: Turn,
  instance: Instance,
  due: Due,
  atMs: number,
  how: Omit<Missed, "firstAtMs"> & { readonly reason: string },
): void {
  turn.tellOf(instance, "schedule.missed", null, { at: isoOf(atMs, due, turn.now), ...how });
}

function beginAnew(turn: Turn, instance: Instance, { by }: Due): void {
  const moved = withDue(instance, nextDue(by, turn.now, turn.calendar));
  turn.putInstance(moved);
  if (moved.state.kind === "scheduled") tellScheduled(turn, moved);
}

function followEdit(turn: Turn, instance: Instance): void {
  const { state, desired } = instance;
  const spec = turn.specOf(instance);
  if (desired !== "up") return;
  if (isOnSchedule(instance, spec)) {
    if (state.kind === "scheduled") enterScheduled(turn, instance, state.last);
    if (AT_REST.has(state.kind)) enterScheduled(turn, instance, null);
  } else if (state.kind === "scheduled") {
    if (spec.disabled) depart({ turn, instance });
    else enterPending(turn, instance, true);
  }
}
