/** Many at once: those that fail together do not come back together, and those that start together take turns. */

import { expect, test } from "bun:test";
import type { WireEvent } from "../../src/protocol/shapes.ts";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;

test(
  "F30: fifty processes that fail at once come back at fifty different times, further apart with each try",
  async () => {
    const COUNT = 50;
    const backoff = { initial: "400ms", factor: 2, jitter: 0.5 };
    const command = "until [ -e down ]; do sleep 0.05; done; exit 1";
    await using sandbox = new Sandbox({
      concurrency: COUNT,
      processes: {
        a: { command: ["sh", "-c", command], instances: COUNT, restart: { max: 3, backoff } },
      },
    });
    await sandbox.ok("up", "-d");
    sandbox.write("down", "");
    for (let nth = 1; nth <= COUNT; nth += 1) {
      await sandbox.until(`a.${nth}`, ({ state }) => state === "failed");
    }
    const delays = Map.groupBy(
      await sandbox.events("--type", "process.backoff"),
      (it) => it.instance,
    );
    expect(delays.size).toBe(COUNT);
    for (const nth of [0, 1, 2]) {
      const plainMs = 400 * 2 ** nth;
      // Each is the sum of its pauses: what follows for all who failed at the same moment.
      const tries = [...delays.values()].map((events) => sum(events.slice(0, nth + 1)));
      const own = [...delays.values()].map((events) => sum(events.slice(nth, nth + 1)));
      expect(Math.min(...own)).toBeGreaterThanOrEqual(plainMs * 0.5);
      expect(Math.max(...own)).toBeLessThanOrEqual(plainMs * 1.5);
      // They cover nearly all of twice the jitter; half of it by chance is one in 10^13.
      expect(Math.max(...own) - Math.min(...own)).toBeGreaterThan(plainMs * 0.5);
      if (nth === 2) expect(busiest(tries, 50)).toBeLessThan(COUNT / 4);
    }
    // And they do start when they are to.
    const started = Map.groupBy(
      await sandbox.events("--type", "process.started"),
      (it) => it.instance,
    );
    const last = [...started.values()].map((events) => Date.parse(events.at(-1)?.time ?? ""));
    expect(Math.max(...last) - Math.min(...last)).toBeGreaterThan(400);
  },
  SLOW_MS,
);

test(
  "F31: of two hundred processes never more than the project's concurrency are starting at once",
  async () => {
    const [COUNT, CONCURRENCY] = [200, 8];
    const one = { command: ["sleep", "1000"], ready: { after: "30ms" } };
    const names = Array.from({ length: COUNT }, (_, nth) => `p${nth}`);
    await using sandbox = new Sandbox({
      concurrency: CONCURRENCY,
      processes: Object.fromEntries(names.map((name) => [name, one])),
    });
    const up = sandbox.spawn(["up", "-d", "--wait"]);
    await sandbox.until("p9", ({ state }) => state !== "pending");
    // Whoever asks meanwhile is answered, and sees the same.
    const starting = (await sandbox.list()).filter(({ state }) => state === "starting").length;
    expect(starting).toBeLessThanOrEqual(CONCURRENCY);
    expect(await up.exited).toBe(0);

    let [now, most] = [0, 0];
    for (const { type } of await sandbox.events("--type", "process.{started,ready}")) {
      now += type === "process.started" ? 1 : -1;
      most = Math.max(most, now);
    }
    expect([now, most]).toEqual([0, CONCURRENCY]);
    expect((await sandbox.list()).filter(({ state }) => state === "running")).toHaveLength(COUNT);
  },
  SLOW_MS,
);

function sum(events: readonly WireEvent[]): number {
  return events.reduce((ms, { data }) => ms + Number(data["delayMs"]), 0);
}

/** How many fall into the fullest span of so many milliseconds. */
function busiest(times: readonly number[], spanMs: number): number {
  return Math.max(...times.map((at) => times.filter((it) => it >= at && it < at + spanMs).length));
}
