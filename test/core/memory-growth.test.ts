/** Memory that grows and grows, and what only looks like it. */

import { expect, test } from "bun:test";
import { memoryGrowth } from "../../src/core/memory-growth.ts";

const MB = 1_000_000;
const MINUTE = 60_000;

/** One point a minute. */
const over = (minutes: number, mb: (minute: number) => number) =>
  Array.from({ length: minutes }, (_, minute) => {
    return { atMs: minute * MINUTE, bytes: Math.round(mb(minute) * MB) };
  });
/** Between 0 and 1, and the same in every run. */
const noise = (minute: number): number => Math.abs(Math.sin(minute * 12.9898) * 43758.5453) % 1;

test.each([
  ["a steady rise", over(45, (at) => 100 + at)],
  [
    "a rise with noise and outliers",
    over(60, (at) => 100 + at + 3 * noise(at) + (at % 17 === 0 ? 300 : 0)),
  ],
  ["a garbage collector over a rising floor", over(60, (at) => 100 + at + (at % 5) * 8)],
  ["a rise by steps", over(60, (at) => 100 + 6 * Math.floor(at / 5))],
])("%s is a leak", (_, points) => {
  const growth = memoryGrowth(points);
  expect(growth?.bytesPerHour).toBeWithin(50 * MB, 90 * MB);
  expect(growth?.durationMs).toBe(points.at(-1)!.atMs);
});

test.each([
  ["what is level", over(60, () => 100)],
  ["what moves about a level", over(60, (at) => 100 + 40 * noise(at))],
  ["a saw that comes back to its floor", over(60, (at) => 100 + 5 * (at % 13))],
  ["a cache that fills and is full", over(60, (at) => 100 + 100 * (1 - Math.exp(-at / 6)))],
  ["one big step", over(60, (at) => (at < 30 ? 100 : 300))],
  ["a rise that ended", over(60, (at) => 100 + 3 * Math.min(at, 25))],
  ["a rise that is young", over(25, (at) => 100 + 10 * at)],
  ["a rise of next to nothing", over(60, (at) => 100 + at / 20)],
  ["what sinks", over(60, (at) => 300 - at)],
  ["too few points", over(60, (at) => 100 + at).filter((_, at) => at % 4 === 0)],
  [
    "a gap in the middle",
    over(60, (at) => 100 + at).filter(({ atMs }) => atMs < 15 * MINUTE || atMs > 40 * MINUTE),
  ],
  ["nothing", []],
])("%s is none", (_, points) => {
  expect(memoryGrowth(points)).toBeNull();
});

test("random walks are rarely taken for one", () => {
  let told = 0;
  for (let walk = 1; walk <= 400; walk += 1) {
    let [bytes, state] = [200, walk];
    const points = over(60, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      bytes += 10 * (state / 2 ** 32 - 0.5);
      return bytes;
    });
    if (memoryGrowth(points) !== null) told += 1;
  }
  expect(told).toBeLessThan(12);
});
