/** The clocks. */

import { expect, test } from "bun:test";
import { createClock } from "../../src/platform/clock.ts";

const MODULE = new URL("../../src/platform/clock.ts", import.meta.url).href;

test("the monotonic clock is the same in every process", () => {
  const script = `import { createClock } from "${MODULE}"; console.log(createClock().now().monoMs)`;
  const clock = createClock();
  const before = clock.now().monoMs;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
  const between = Number(stdout.toString());
  // A hundredth of a second is what may be off where there is no FFI.
  expect(between).toBeGreaterThan(before - 10);
  expect(between).toBeLessThan(clock.now().monoMs + 10);
});

test("a wake-up comes at its time and not before, and not once it was cancelled", async () => {
  const clock = createClock();
  const woken: string[] = [];
  const atMonoMs = clock.now().monoMs + 20;
  const cancel = clock.wakeAt(atMonoMs, () => woken.push("cancelled"));
  clock.wakeAt(clock.now().monoMs - 5, () => woken.push("past"));
  cancel();
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.wakeAt(atMonoMs, () => {
    woken.push("due");
    resolve();
  });
  await promise;
  expect(clock.now().monoMs).toBeGreaterThanOrEqual(atMonoMs);
  expect(woken).toEqual(["past", "due"]);
});
