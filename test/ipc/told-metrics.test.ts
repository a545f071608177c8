/** What is kept of the metrics that a run tells of. */

import { expect, test } from "bun:test";
import { ToldMetrics } from "../../src/ipc/told-metrics.ts";
import { limits } from "../../src/model/limits.ts";

const MINUTE = limits.metricStretchMs;

test("the last value holds, and each minute has its least, mean and most", () => {
  const metrics = new ToldMetrics();
  const values = [5, 1, 3];
  for (const [nth, value] of values.entries()) metrics.note("queue", value, MINUTE + nth);
  metrics.note("queue", 7, 3 * MINUTE);
  expect(metrics.all()).toEqual([
    {
      name: "queue",
      value: 7,
      atMs: 3 * MINUTE,
      stretches: [
        { fromMs: MINUTE, toMs: 2 * MINUTE, min: 1, mean: 3, max: 5 },
        { fromMs: 3 * MINUTE, toMs: 4 * MINUTE, min: 7, mean: 7, max: 7 },
      ],
    },
  ]);
});

test("an hour is kept, and the largest numbers have a mean too", () => {
  const metrics = new ToldMetrics();
  for (let minute = 0; minute < 100; minute += 1) {
    for (const value of [Number.MAX_VALUE, -Number.MAX_VALUE]) {
      metrics.note("wild", value, minute * MINUTE);
    }
  }
  const [{ stretches } = { stretches: [] }] = metrics.all();
  expect(stretches).toHaveLength(limits.metricStretches);
  expect(stretches.at(-1)).toMatchObject({ fromMs: 99 * MINUTE });
  for (const { mean } of stretches) expect(mean).toBe(0);
});
