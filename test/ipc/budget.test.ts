/** How much may be said, by one and by all together. */

import { expect, test } from "bun:test";
import { Budget } from "../../src/ipc/budget.ts";

function budgets() {
  let nowMs = 0;
  const now = (): number => nowMs;
  const shared = new Budget({ perSecond: 100, atMost: 100, now });
  const one = (): Budget => new Budget({ perSecond: 50, atMost: 1_000, now, within: shared });
  return { shared, one, pass: (ms: number) => void (nowMs += ms) };
}

test("who owes waits until that is saved up, and saves no more than a bound", () => {
  const { shared, pass } = budgets();
  pass(60_000);
  shared.spend(150);
  expect(shared.waitMs).toBe(500);
  expect(shared.trySpend(1)).toBe(false);
  pass(500);
  expect(shared.waitMs).toBe(0);
});

test("those who have said much wait for each other, and those who have said little for nobody", () => {
  const { shared, one } = budgets();
  const [loud, calm] = [one(), one()];
  loud.spend(600);
  calm.spend(10);
  expect(shared.waitMs).toBe(5_100);
  expect([loud.waitMs, calm.waitMs]).toEqual([5_100, 0]);
});
