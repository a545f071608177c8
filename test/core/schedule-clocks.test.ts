/** What clocks that are set, machines that sleep or restart, and daemons that are away do to schedules. */

import { describe, expect, test } from "bun:test";
import { cron, every, START, up } from "./clockwork.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("F44: a clock on the wall that is set", () => {
  test.each([HOUR_MS, -HOUR_MS, 365 * DAY_MS, -365 * DAY_MS])(
    "by %d ms is nothing to a period",
    (jumpMs) => {
      const job = up(every(10));
      job.pass(5 * SECOND_MS);
      job.wallMs += jumpMs;
      job.pass(5 * SECOND_MS - 1);
      expect(job.told()).toEqual([]);
      job.pass(1);
      expect(job.told("fired", "missed")).toEqual(["fired"]);
    },
  );

  test("forward makes cron miss what was passed over, and is seen within half a minute", () => {
    const job = up(cron("0 * * * *"));
    job.wallMs += 3 * HOUR_MS + 2 * MINUTE_MS;
    job.pass(30 * SECOND_MS);
    expect(job.told("missed", "fired")).toEqual(["missed 3"]);
    job.pass(58 * MINUTE_MS);
    expect(job.told("missed", "fired")).toEqual(["fired"]);
  });

  test("back by two hours runs nothing a second time", () => {
    const job = up(cron("0 * * * *"));
    job.pass(HOUR_MS);
    job.end();
    job.told();
    job.wallMs -= 2 * HOUR_MS;
    job.pass(3 * HOUR_MS - MINUTE_MS);
    expect(job.told("fired", "missed")).toEqual([]);
    job.pass(MINUTE_MS);
    expect(job.told("fired", "missed")).toEqual(["fired"]);
  });

  test("back by a year, where it was wrong before, makes cron begin anew", () => {
    const job = up(cron("0 * * * *"));
    job.wallMs -= 365 * DAY_MS;
    job.pass(HOUR_MS);
    expect(job.told("fired", "missed")).toEqual(["fired"]);
  });
});

describe("F45: a machine that sleeps, and a daemon that is away,", () => {
  test.each([
    ["miss what is long ago, and tell how much", {}, 5 * HOUR_MS + 10 * MINUTE_MS, ["missed 5"]],
    ["are late by up to a minute", {}, HOUR_MS + 50 * SECOND_MS, ["fired"]],
    [
      "miss all but the last, which is late",
      {},
      5 * HOUR_MS + 50 * SECOND_MS,
      ["missed 4", "fired"],
    ],
    [
      "can catch up, once",
      { catchUp: true },
      5 * HOUR_MS + 10 * MINUTE_MS,
      ["missed 5", "fired late"],
    ],
  ] as const)("%s", (_what, more, awayMs, expected) => {
    const job = up(cron("0 * * * *", more));
    job.sleep(awayMs);
    job.pass(30 * SECOND_MS);
    expect(job.told("missed", "fired")).toEqual([...expected]);
    job.pass(HOUR_MS - MINUTE_MS - (awayMs % HOUR_MS));
    expect(job.told("missed", "fired")).toEqual([]);
  });

  test("the monotonic clock stands still in a sleep: a period goes on where it was", () => {
    const job = up(every(60));
    job.pass(30 * SECOND_MS);
    job.wallMs += 8 * HOUR_MS;
    job.pass(30 * SECOND_MS - 1);
    expect(job.told()).toEqual([]);
    job.pass(1);
    expect(job.told("fired", "missed")).toEqual(["fired"]);
  });
});

test.each([
  ["tells what was missed", {}, ["scheduled", "missed 9"]],
  ["catches up where it is to", { catchUp: true }, ["scheduled", "missed 9", "fired late"]],
] as const)("F78: after a restart of the machine what comes back %s", (_what, more, expected) => {
  const job = up(cron("0 * * * *", more));
  job.wallMs += 9 * HOUR_MS + 10 * MINUTE_MS;
  job.monoMs = 30_000;
  job.take({ kind: "recovered", since: "boot" });
  expect(job.job()).toMatchObject({ comesBack: true, state: { kind: "stopped" } });
  job.pass(MINUTE_MS);
  expect(job.told()).toEqual(["stopped"]);
  job.ask(START);
  job.pass(MINUTE_MS);
  expect(job.told("scheduled", "missed", "fired")).toEqual([...expected]);
});

test("F78: after a restart of the machine a period begins anew", () => {
  const job = up(every(3_600));
  job.monoMs = 30_000;
  job.take({ kind: "recovered", since: "boot" });
  job.ask(START);
  job.told();
  job.pass(HOUR_MS - 1);
  expect(job.told()).toEqual([]);
  job.pass(1);
  expect(job.told("fired", "missed")).toEqual(["fired"]);
});
