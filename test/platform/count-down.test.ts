/** The time of an attempt is counted while this program runs. */

import { expect, test } from "bun:test";
import { countDown } from "../../src/platform/probes/count-down.ts";

/** When it is over, in milliseconds from now; never before. */
async function over(ms: number, meanwhile: () => void): Promise<number> {
  const beganMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  countDown(ms, resolve);
  meanwhile();
  await promise;
  return performance.now() - beganMs;
}

test("it is over when the time has passed, not before", async () => {
  expect(await over(200, () => {})).toBeGreaterThanOrEqual(199);
});

test("F45: time in which this program stood still is given once more", async () => {
  const stillMs = 700;
  const tookMs = await over(400, () => Bun.sleepSync(stillMs));
  expect(tookMs).toBeGreaterThanOrEqual(stillMs + 399);
});

test("there is an end on a machine that is always late", async () => {
  let isOver = false;
  const late = (): void => {
    Bun.sleepSync(250);
    if (!isOver) setTimeout(late, 0);
  };
  await over(400, late);
  isOver = true;
});

test("what is put off is never over", async () => {
  let isOver = false;
  const putOff = countDown(50, () => (isOver = true));
  putOff();
  await over(200, () => {});
  expect(isOver).toBe(false);
});
