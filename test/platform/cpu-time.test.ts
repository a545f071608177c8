/** CPU time of trees whose processes come and go. */

import { expect, test } from "bun:test";
import { type CpuTime, totalMs, usedMs } from "../../src/platform/cpu-time.ts";

const of = (times: Record<string, readonly [own: number, children: number]>): CpuTime => ({
  kind: "processes",
  times: new Map(
    Object.entries(times).map(([name, [ownMs, childrenMs]]) => [name, { ownMs, childrenMs }]),
  ),
});
const sum = (ms: number): CpuTime => ({ kind: "sum", ms });

test.each([
  ["the kernel's sums are compared", sum(100), sum(350), 250],
  [
    "one that goes on counts with what it has used since",
    of({ a: [10, 0] }),
    of({ a: [60, 0] }),
    50,
  ],
  ["one that is new counts whole", of({ a: [10, 0] }), of({ a: [10, 0], b: [40, 0] }), 40],
  [
    "a child that ended is not counted twice",
    of({ a: [0, 0], b: [90, 0] }),
    of({ a: [0, 100] }),
    10,
  ],
  ["a child that came and went in between counts", of({ a: [0, 0] }), of({ a: [0, 70] }), 70],
  [
    "one that vanished takes nothing from the others",
    of({ a: [0, 0], b: [500, 0] }),
    of({ a: [30, 0] }),
    30,
  ],
  ["nothing is used up again", sum(500), sum(100), 0],
  ["what does not compare is not known", sum(1), of({ a: [5, 5] }), null],
] as const)("%s", (_, before, after, used) => {
  expect(usedMs(before, after)).toBe(used);
});

test("a total has children that ended in it", () => {
  expect(totalMs(of({ a: [10, 20], b: [5, 0] }))).toBe(35);
  expect(totalMs(sum(7))).toBe(7);
});
