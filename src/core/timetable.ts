/** Times of schedules: which is the next, and which have passed while nobody could act on them.
 *
 *  A period goes by the monotonic clock: it neither drifts nor notices that the clock on the wall is set. Cron means
 *  what the clock on the wall shows. */

import type { Due, Timetable } from "../model/timetable.ts";
import { limits } from "../model/limits.ts";
import type { ProcessSpec } from "../model/spec.ts";

import type { Calendar, Instant } from "../model/time.ts";

export interface Passed {
  /** The time that is to be acted on; null when the last one is too long ago. */
  readonly atMs: number | null;
  /** Those that nothing comes of any more; null when there are none. */
  readonly missed: Missed | null;
}

export interface Missed {
  readonly count: number;
  /** There were more than were counted. */
  readonly isMore: boolean;
  readonly firstAtMs: number;
}

/** A process is run, or restarted, by at most one. */
export function timetableOf({ schedule, restart }: ProcessSpec): Timetable | null {
  return schedule?.times ?? restart.cron ?? null;
}

/** What the clock that a timetable goes by shows. */
export function clockOf({ kind }: Timetable, { wallMs, monoMs }: Instant): number {
  return kind === "cron" ? wallMs : monoMs;
}

/** Null when no time is to come. */
export function nextDue(by: Timetable, now: Instant, calendar: Calendar): Due | null {
  const sinceMs = clockOf(by, now);
  const atMs = timeAfter(by, sinceMs, calendar);
  return atMs === null ? null : { by, atMs, sinceMs };
}

/** The next time after those that have passed. */
export function dueAfter(due: Due, now: Instant, calendar: Calendar): Due | null {
  const { by, atMs } = due;
  if (by.kind === "cron") return nextDue(by, now, calendar);
  const periods = Math.floor((now.monoMs - atMs) / by.everyMs) + 1;
  return { by, atMs: atMs + periods * by.everyMs, sinceMs: now.monoMs };
}

/** Of the times from the one that is due up to now the last can still be acted on, unless it is long ago: a daemon that
 *  was replaced, or a machine that was busy, is late and has missed nothing. */
export function passedTimes({ by, atMs }: Due, now: Instant, calendar: Calendar): Passed {
  const nowMs = clockOf(by, now);
  const fromMs = Math.max(atMs, nowMs - limits.timeMissedMs);
  const actedOn = lastTime(by, atMs, { fromMs, nowMs }, calendar);
  const untilMs = actedOn ?? nowMs + 1;
  let count = 0;
  let isMore = false;
  for (let at: number | null = atMs; at !== null && at < untilMs;) {
    isMore = count === limits.missedCounted;
    if (isMore) break;
    count += 1;
    at = timeAfter(by, at, calendar);
  }
  return { atMs: actedOn, missed: count === 0 ? null : { count, isMore, firstAtMs: atMs } };
}

/** The clock on the wall was set back by so much that it was wrong before, rather than now. */
export function wasSetBack({ by, sinceMs }: Due, { wallMs }: Instant): boolean {
  return by.kind === "cron" && wallMs < sinceMs - limits.clockSetBackMs;
}

/** What the clock on the wall shows then. */
export function wallTimeOf(atMs: number, by: Timetable, now: Instant): number {
  return by.kind === "cron" ? atMs : now.wallMs + atMs - now.monoMs;
}

function timeAfter(by: Timetable, afterMs: number, calendar: Calendar): number | null {
  return by.kind === "cron" ? calendar(by.cron, by.timezone, afterMs) : afterMs + by.everyMs;
}

/** The last time of a stretch, its ends included. `atMs` is a time, before the stretch or in it. */
function lastTime(
  by: Timetable,
  atMs: number,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
  calendar: Calendar,
): number | null {
  if (by.kind === "every") {
    const last = atMs + Math.floor((nowMs - atMs) / by.everyMs) * by.everyMs;
    return last >= fromMs ? last : null;
  }
  let last: number | null = null;
  for (let at = timeAfter(by, fromMs - 1, calendar); at !== null && at <= nowMs;) {
    last = at;
    at = timeAfter(by, at, calendar);
  }
  return last;
}
