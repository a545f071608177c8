/** The loop around a probe: one attempt at a time, periods of chance, and no blame for time in which it stood still. */

import { expect, test } from "bun:test";
import type { Attempt, Outcome } from "../../src/platform/probes/attempt.ts";
import { ProbeLoop } from "../../src/platform/probes/probe-loop.ts";
import { eventually } from "./stage.ts";

const failed: Outcome = { passed: false, text: "no" };

/** The outcomes that were told until there were so many. */
function outcomes(wanted: number, attempt: Attempt, timeoutMs = 1_000, chance = () => 0.5) {
  const told: Outcome[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly Outcome[]>();
  const pace = { intervalMs: 1, timeoutMs };
  const onOutcome = (outcome: Outcome): boolean => {
    told.push(outcome);
    if (told.length === wanted) resolve(told);
    return told.length < wanted;
  };
  const loop = new ProbeLoop({ pace, attempt, chance, delayMs: 0, onOutcome });
  return { loop, told: promise };
}

test("an attempt is over before the next begins", async () => {
  let [underWay, most] = [0, 0];
  const { told } = outcomes(5, async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Bun.sleep(10); // Longer than the interval.
    underWay -= 1;
    return failed;
  });
  await told;
  expect(most).toBe(1);
});

test("F45: a failure while this program stood still does not count, but the second in a row does", async () => {
  let tries = 0;
  const { told, loop } = outcomes(
    2,
    async () => {
      tries += 1;
      // As when the whole program is stopped: nothing happens until long after the end.
      if (tries <= 2) Bun.sleepSync(1_150);
      return { passed: tries > 2, text: `try ${tries}` };
    },
    100,
  );
  expect((await told).map(({ text }) => text)).toEqual(["try 2", "try 3"]);
  expect(loop.tries).toBe(2);
}, 30_000);

test("periods and times beyond what a timer can hold are no short ones", async () => {
  const monthMs = 30 * 86_400_000;
  let tries = 0;
  let wasCutOff = false;
  const rare = new ProbeLoop({
    pace: { intervalMs: monthMs, timeoutMs: monthMs },
    async attempt(end) {
      tries += 1;
      await Bun.sleep(20);
      wasCutOff = end.aborted;
      return failed;
    },
    chance: () => 0.5,
    delayMs: 0,
    onOutcome: () => true,
  });
  await outcomes(60, async () => failed).told;
  rare.stop();
  expect([tries, wasCutOff]).toEqual([1, false]);
});

test("a thousand loops of one period do not keep in step", async () => {
  let nth = 0;
  const times: number[] = [];
  const loops = Array.from({ length: 1_000 }, () => {
    let tries = 0;
    return new ProbeLoop({
      pace: { intervalMs: 200, timeoutMs: 1_000 },
      attempt: async () => failed,
      chance: () => (nth++ % 100) / 100,
      delayMs: 0,
      onOutcome() {
        tries += 1;
        if (tries === 2) times.push(performance.now());
        return tries < 2;
      },
    });
  });
  await eventually("all to be asked twice", () => times.length === loops.length);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(30);
}, 30_000);

test("an attempt that breaks has failed, and is made again", async () => {
  const { told } = outcomes(2, () => Promise.reject(new Error("a fault of its own")));
  const broken = { passed: false, text: "the probe itself broke: a fault of its own" };
  expect(await told).toEqual([broken, broken]);
});

test("what was stopped tells nothing more, whatever its attempt comes to", async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let told = 0;
  const ended: boolean[] = [];
  const loop = new ProbeLoop({
    pace: { intervalMs: 1, timeoutMs: 10_000 },
    attempt: (end) => {
      end.addEventListener("abort", () => ended.push(true));
      return promise;
    },
    chance: () => 0.5,
    delayMs: 0,
    onOutcome: () => (told += 1) > 0,
  });
  loop.stop();
  resolve(failed);
  await outcomes(1, async () => failed).told; // What began later is told sooner than it would be.
  expect({ told, ended }).toEqual({ told: 0, ended: [true] });
});
