/** Alerts under sequences of news and pauses that chance draws. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { lasts } from "../../src/core/alert-conditions.ts";
import type { Telling } from "../../src/core/alert-reducer.ts";
import { Life, rule } from "./alert-life.ts";

const TYPES = [
  "process.backoff",
  "process.failed",
  "process.ready",
  "process.stopped",
  "process.removed",
  "process.exited",
  "health.warning",
  "health.critical",
  "health.recovered",
  "log.dropped",
];

const step = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.tuple(
    fc.constantFrom(...TYPES),
    fc.record({
      runId: fc.constantFrom("1", "2"),
      data: fc.record({ isOver: fc.boolean(), stream: fc.constantFrom("stdout", "stderr") }),
    }),
  ),
);
const someRule = fc.record({
  on: fc.uniqueArray(fc.constantFrom("*", "health.*", "process.*", ...TYPES), {
    minLength: 1,
    maxLength: 3,
  }),
  forMs: fc.constantFrom(0, 0, 50, 200),
  cooldownMs: fc.constantFrom(0, 0, 100, 400),
});

test("whatever happens, firing and resolving alternate, nothing is too soon, and nothing that lasts is forgotten", () => {
  const property = fc.property(someRule, fc.array(step, { maxLength: 40 }), (given, steps) => {
    const life = new Life(rule(given));
    let active: Telling | null = null;
    let lastFirstMs = Number.NEGATIVE_INFINITY;
    let seen = 0;
    const check = (atLeastMs: number): void => {
      for (const telling of life.told.slice(seen)) {
        const { about, status, escalated, id } = telling;
        if (!lasts(about.type)) continue;
        if (status === "resolved") {
          expect(active?.id).toBe(id);
          active = null;
        } else {
          expect(escalated).toBe(active !== null);
          expect(about.level).toBeGreaterThan(active?.about.level ?? 0);
          expect(about.sinceMonoMs + given.forMs).toBeLessThanOrEqual(life.nowMs);
          // It may have been told at any time since the last look.
          if (active === null)
            expect(life.nowMs - lastFirstMs).toBeGreaterThanOrEqual(given.cooldownMs);
          if (active === null) lastFirstMs = atLeastMs;
          active = telling;
        }
      }
      seen = life.told.length;
      expect(life.alert?.fired?.id).toBe(active?.id as string);
    };
    for (const it of steps) {
      const fromMs = life.nowMs;
      if (typeof it === "number") life.wait(it);
      else life.hear(...it);
      check(fromMs);
    }
    life.wait(1_000);
    check(life.nowMs);
    const isOpen = Object.keys(life.alert?.conditions ?? {}).length > 0;
    expect(active !== null).toBe(isOpen);
    if (!isOpen) expect(life.alert).toBeNull();
  });
  fc.assert(property, { numRuns: 2_000 });
}, 60_000);
