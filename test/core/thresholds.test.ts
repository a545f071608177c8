/** Levels of use: when they are reached, when they are left, and that use which moves about a threshold is told of once. */

import { expect, test } from "bun:test";
import { afterMeasurement, levelOf } from "../../src/core/thresholds.ts";
import type { UseThreshold, MetricVerdict } from "../../src/model/use.ts";

/** One measurement a second; each level when it is reached. */
function levels(values: readonly number[], threshold: UseThreshold): string {
  let verdict: MetricVerdict | undefined;
  const seen = values.map((value, second) => {
    verdict = afterMeasurement(verdict, threshold, value, second * 1_000);
    // What is stored is JSON.
    verdict = JSON.parse(JSON.stringify(verdict)) as MetricVerdict;
    return levelOf(verdict);
  });
  return seen.filter((level, at) => level !== (seen[at - 1] ?? "normal")).join(" ");
}

const BOTH = { warning: 100, critical: 200 };
const LASTING = { ...BOTH, forMs: 3_000 };

test.each([
  ["below it nothing is told", [0, 99, 99], BOTH, ""],
  ["at the threshold it is reached", [100], BOTH, "warning"],
  ["both at once are the worse", [200], BOTH, "critical"],
  [
    "it gets worse, and better step by step",
    [100, 200, 150, 50],
    BOTH,
    "warning critical warning normal",
  ],
  ["use about a threshold is told of once", [100, 95, 101, 91, 100], BOTH, "warning"],
  ["it is left below nine tenths", [100, 90, 89], BOTH, "warning normal"],
  ["with one step the other is never reached", [500, 10], { critical: 200 }, "critical normal"],
  ["what does not last is not told", [100, 100, 99, 100, 100], LASTING, ""],
  ["what lasts is", [100, 100, 100, 100], LASTING, "warning"],
  [
    "what is worse for a moment is as bad as it was all the time",
    [100, 250, 120, 210, 110],
    LASTING,
    "warning",
  ],
  [
    "what is better for a moment is not over",
    [100, 100, 100, 100, 0, 0, 100, 0, 0, 0],
    LASTING,
    "warning",
  ],
  ["what stays better is", [100, 100, 100, 100, 0, 0, 0, 0], LASTING, "warning normal"],
  [
    "a measurement that comes late has lasted all the same",
    [100, 100, 100, 300, 300, 300, 300],
    LASTING,
    "warning critical",
  ],
] as const)("%s", (_, values, threshold, expected) => {
  expect(levels(values, threshold)).toBe(expected);
});

test("the same object comes back while nothing changes", () => {
  const first = afterMeasurement(undefined, BOTH, 50, 0);
  expect(afterMeasurement(first, BOTH, 60, 1)).toBe(first);
  const reached = afterMeasurement(first, BOTH, 100, 2);
  expect(reached).not.toBe(first);
  expect(afterMeasurement(reached, BOTH, 120, 3)).toBe(reached);
});

test("a threshold that is gone is not reached any more", () => {
  const reached = afterMeasurement(undefined, BOTH, 500, 0);
  expect(levelOf(afterMeasurement(reached, { warning: 100 }, 500, 1))).toBe("warning");
});
