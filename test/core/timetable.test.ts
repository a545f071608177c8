/** Times of schedules: the next one, those that have passed, and what clocks that are put forward and back do to them. */

import { describe, expect, test } from "bun:test";
import { dueAfter, nextDue, passedTimes, wasSetBack } from "../../src/core/timetable.ts";
import type { Timetable } from "../../src/model/timetable.ts";
import { calendar } from "../../src/platform/calendar.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("F46: where the clocks are put forward and back, a time", () => {
  test.each([
    [
      "that is left out is moved on",
      "30 2 * * *",
      "2026-03-28T12:00:00Z",
      ["03-29T01:30", "03-30T00:30"],
    ],
    [
      "that is left out comes once",
      "*/15 2 * * *",
      "2026-03-28T12:00:00Z",
      ["03-29T01:00", "03-30T00:00"],
    ],
    [
      "beside the gap is itself",
      "0 3 * * *",
      "2026-03-28T12:00:00Z",
      ["03-29T01:00", "03-30T01:00"],
    ],
    [
      "that comes twice is taken once",
      "30 2 * * *",
      "2026-10-24T12:00:00Z",
      ["10-25T00:30", "10-26T01:30"],
    ],
    [
      "of every hour comes in both",
      "30 * * * *",
      "2026-10-24T23:31:00Z",
      ["10-25T00:30", "10-25T01:30", "10-25T02:30"],
    ],
    [
      "of every minute comes in both",
      "* * * * *",
      "2026-10-25T00:58:00Z",
      ["10-25T00:59", "10-25T01:00"],
    ],
  ])("%s: %s", (_what, cron, from, expected) => {
    const times: string[] = [];
    for (let at = Date.parse(from); times.length < expected.length;) {
      at = calendar(cron, "Europe/Berlin", at) ?? Number.NaN;
      times.push(new Date(at).toISOString());
    }
    expect(times).toEqual(expected.map((it) => `2026-${it}:00.000Z`));
  });
});

describe("a cron expression means", () => {
  test.each([
    ["the 29th of February", "0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    [
      "the last day that there is",
      "0 0 31 * *",
      "2026-02-01T00:00:00Z",
      "2026-03-31T00:00:00.000Z",
    ],
    [
      "either day when both are said",
      "0 0 13 * FRI",
      "2026-11-01T00:00:00Z",
      "2026-11-06T00:00:00.000Z",
    ],
    ["Sunday by both its numbers", "0 0 * * 7", "2026-11-02T00:00:00Z", "2026-11-08T00:00:00.000Z"],
    ["names", "0 9 * JAN Mon", "2026-11-02T00:00:00Z", "2027-01-04T09:00:00.000Z"],
    ["nicknames", "@monthly", "2026-11-02T00:00:00Z", "2026-12-01T00:00:00.000Z"],
    ["nothing on a day that never is", "0 0 30 2 *", "2026-11-02T00:00:00Z", null],
    ["nothing where it cannot be read", "0 0 30 2", "2026-11-02T00:00:00Z", null],
  ])("%s", (_what, cron, from, expected) => {
    const at = calendar(cron, "UTC", Date.parse(from));
    expect(at === null ? null : new Date(at).toISOString()).toBe(expected);
  });
});

const EVERY: Timetable = { kind: "every", everyMs: 10_000 };
const QUARTERS: Timetable = { kind: "cron", cron: "*/15 * * * *", timezone: "UTC" };
const MINUTES: Timetable = { kind: "cron", cron: "* * * * *", timezone: "UTC" };

/** Both clocks show the same here. */
function passed(by: Timetable, dueMs: number, nowMs: number) {
  const now = { wallMs: nowMs, monoMs: nowMs };
  const due = { by, atMs: dueMs, sinceMs: 0 };
  const { atMs, missed } = passedTimes(due, now, calendar);
  return [atMs, missed?.count ?? 0, missed?.isMore ?? false, dueAfter(due, now, calendar)?.atMs];
}

describe("of the times that have passed", () => {
  test.each([
    ["the one that has just come is acted on", EVERY, 10_000, 10_004, [10_000, 0, false, 20_000]],
    ["one that is late is acted on", EVERY, 10_000, 19_999, [10_000, 0, false, 20_000]],
    ["only the last is acted on", EVERY, 10_000, 45_000, [40_000, 3, false, 50_000]],
    [
      "a minute late will do",
      QUARTERS,
      15 * MINUTE_MS,
      16 * MINUTE_MS,
      [15 * MINUTE_MS, 0, false, 30 * MINUTE_MS],
    ],
    [
      "more than that is missed",
      QUARTERS,
      15 * MINUTE_MS,
      16 * MINUTE_MS + 1,
      [null, 1, false, 30 * MINUTE_MS],
    ],
    [
      "all of a day are counted",
      QUARTERS,
      15 * MINUTE_MS,
      24.25 * HOUR_MS - MINUTE_MS * 2,
      [null, 96, false, 24.25 * HOUR_MS],
    ],
    [
      "those of years are not",
      MINUTES,
      MINUTE_MS,
      3 * 365 * 24 * HOUR_MS + 1,
      [3 * 365 * 24 * HOUR_MS, 1_000, true, 3 * 365 * 24 * HOUR_MS + MINUTE_MS],
    ],
  ] as const)("%s", (_what, by, dueMs, nowMs, expected) => {
    expect(passed(by, dueMs, nowMs)).toEqual([...expected]);
  });

  test("exactly as many as can be counted are not more", () => {
    expect(passed(EVERY, 10_000, 10_000 * 1_001)).toEqual([10_010_000, 1_000, false, 10_020_000]);
  });
});

test("a period does not drift, however late each time is seen", () => {
  let due = nextDue(EVERY, { wallMs: 0, monoMs: 123.4 }, calendar);
  for (let nth = 1; nth <= 500; nth += 1) {
    expect(due?.atMs).toBeCloseTo(123.4 + nth * 10_000, 3);
    const monoMs = (due?.atMs ?? 0) + (nth % 97) * 100;
    due = due && dueAfter(due, { wallMs: 0, monoMs }, calendar);
  }
});

test("F44: only a clock that is set back by hours makes cron begin anew, and nothing makes a period", () => {
  const since = 100 * HOUR_MS;
  const back = (by: Timetable, wallMs: number) =>
    wasSetBack({ by, atMs: since + MINUTE_MS, sinceMs: since }, { wallMs, monoMs: 0 });
  expect(back(QUARTERS, since - 2 * HOUR_MS)).toBe(false);
  expect(back(QUARTERS, since - 4 * HOUR_MS)).toBe(true);
  expect(back(EVERY, since - 4 * HOUR_MS)).toBe(false);
});
