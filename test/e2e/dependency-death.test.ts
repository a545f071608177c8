/** What becomes of processes when one dies that they depend on. */

import { expect, test } from "bun:test";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 90_000;
const sleeper = { command: "sleep 1000" };

/** Each way of depending on `dep`. */
const WAYS = {
  wants: { required: false, restart: false },
  requires: { required: true, restart: false },
  "wants-it-anew": { required: false, restart: true },
  "requires-it-anew": { required: true, restart: true },
};
const ALL = Object.keys(WAYS);
const ANEW = ALL.filter((name) => name.endsWith("anew"));

const dependents = Object.fromEntries(
  Object.entries(WAYS).map(([name, way]) => [name, { ...sleeper, dependsOn: { dep: way } }]),
);

test(
  "F63: running dependents are left alone when their dependency dies, except those that asked to be restarted with it",
  async () => {
    const restart = { max: 1, backoff: { initial: "20ms" } };
    await using sandbox = new Sandbox({
      processes: { dep: { ...sleeper, restart }, ...dependents },
    });
    await sandbox.ok("up", "-d", "--wait");

    /** Those that have another pid after what was done, once everything is as it is wanted. */
    const restarted = async (act: () => Promise<unknown>, dep: string): Promise<string[]> => {
      const before = await sandbox.pids();
      await act();
      const expected = dep === "running" ? ANEW : [];
      const after = await eventually("all to be at rest again", async () => {
        const value = await sandbox.pids();
        const isNew = (name: string): boolean => value[`${name}.1`] !== before[`${name}.1`];
        const isDone =
          (await sandbox.status("dep")).state === dep &&
          (dep !== "running" || isNew("dep")) &&
          expected.every((name) => isNew(name) && value[`${name}.1`] !== null);
        return { value, done: isDone };
      });
      return ALL.filter((name) => after[`${name}.1`] !== before[`${name}.1`]);
    };
    const die = async (): Promise<void> => {
      process.kill((await sandbox.status("dep")).pid ?? 0, "SIGKILL");
    };

    expect(await restarted(die, "running")).toEqual(ANEW);
    expect(await restarted(die, "failed")).toEqual([]);
    expect(await restarted(() => sandbox.ok("start", "dep"), "running")).toEqual(ANEW);
    expect(await restarted(() => sandbox.ok("stop", "dep"), "stopped")).toEqual([]);
    for (const name of ALL) {
      const { state, restarts } = await sandbox.status(name);
      expect([name, state, restarts]).toEqual([name, "running", expect.any(Number)]);
    }
  },
  SLOW_MS,
);

test(
  "F63: of those that still wait for a dependency that fails, the ones that require it are skipped, all the way down",
  async () => {
    const deeper = { ...sleeper, dependsOn: ["requires"] };
    await using sandbox = new Sandbox({
      processes: {
        dep: { command: "false", restart: "no", ready: { after: "10s" } },
        ...dependents,
        deeper,
      },
    });
    expect((await sandbox.run("up", "-d", "--wait")).code).toBe(1);
    const states = Object.fromEntries(
      (await sandbox.list()).map(({ process, state, reason }) => [process, `${state}: ${reason}`]),
    );
    const cause = "it depends on dep, which failed: exited with code 1";
    expect(states).toMatchObject({
      wants: "running: null",
      "wants-it-anew": "running: null",
      requires: `skipped: ${cause}`,
      "requires-it-anew": `skipped: ${cause}`,
      deeper: `skipped: it depends on requires, which was skipped: ${cause}`,
    });
  },
  SLOW_MS,
);
