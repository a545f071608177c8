/** SIGTERM and SIGINT to the daemon, as service managers and shutdowns send them. */

import { readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;

/** Those that carry the id of any run of this sandbox. */
function marked(sandbox: Sandbox): number[] {
  return sandbox.processes().filter((pid) => environ(pid).includes("PROCMAN_RUN_ID="));
}

function environ(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return ""; // Gone meanwhile.
  }
}

async function untilGone(pid: number): Promise<void> {
  await eventually(`pid ${pid} to be gone`, async () => ({ value: pid, done: !isAlive(pid) }));
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(
    `F13: ${signal} to the daemon while a hundred processes are being started leaves none of them`,
    async () => {
      const slow = {
        command: ["sh", "-c", "sleep 1000 & setsid sleep 1000 & wait"],
        ready: { after: "30ms" },
      };
      const names = Array.from({ length: 100 }, (_, nth) => `p${nth}`);
      await using sandbox = new Sandbox({
        concurrency: 8,
        processes: Object.fromEntries(names.map((name) => [name, slow])),
      });
      await sandbox.ok("daemon", "start");
      const { pid } = await sandbox.daemon();
      const up = sandbox.spawn(["up", "-d", "--wait"]);
      await eventually("a part of them to run", async () => {
        const value = marked(sandbox).length;
        return { value, done: value >= 30 };
      });
      process.kill(pid, signal);
      await untilGone(pid);
      expect(marked(sandbox)).toEqual([]);
      expect(await up.exited).not.toBe(0);
      // Nobody starts anything afterwards, the command that was cut off and the keeper included.
      await eventually("the keeper to be gone", async () => {
        const value = sandbox.processes();
        return { value, done: value.length === 0 };
      });
      expect((await sandbox.run("daemon", "status")).code).toBe(4);
      const started = (await sandbox.list()).filter(({ runId }) => runId !== null);
      expect(started.length).toBeGreaterThanOrEqual(10);
      expect(started.length).toBeLessThan(names.length);
    },
    SLOW_MS,
  );
}

test(
  "F14: a second SIGTERM to the daemon kills at once what has not stopped, whatever it waits for",
  async () => {
    const stubborn = "trap '' TERM; echo > up.$PROCMAN_PROCESS; while :; do sleep 0.1; done";
    const patient = { stop: { timeout: "10m" } };
    await using sandbox = new Sandbox({
      processes: {
        deaf: { command: ["sh", "-c", stubborn], ...patient },
        // The leader goes, what it has started does not.
        left: {
          command: ["sh", "-c", "sh -c \"$0\" & trap 'exit 0' TERM; wait", stubborn],
          ...patient,
        },
        hooked: {
          command: "sleep 1000",
          hooks: { beforeStop: { command: "sleep 1000", timeout: "10m" } },
        },
        // Goes only once the others are gone.
        base: "sleep 1000",
        above: { command: ["sh", "-c", stubborn], ...patient, dependsOn: ["base"] },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    for (const name of ["deaf", "left", "above"]) {
      await eventually(`${name} to be deaf`, async () => {
        const done = await Bun.file(`${sandbox.directory}/up.${name}`).exists();
        return { value: name, done };
      });
    }
    const { pid } = await sandbox.daemon();
    process.kill(pid, "SIGTERM");
    await sandbox.until("deaf", ({ state }) => state === "stopping");
    await sandbox.until("left", ({ state }) => state === "stopping");
    expect(isAlive(pid)).toBe(true);
    const before = marked(sandbox);
    expect(before.length).toBeGreaterThanOrEqual(5);
    const askedAt = performance.now();
    process.kill(pid, "SIGTERM");
    await untilGone(pid);
    // Far less than any of the graces: at once, on a machine that has other things to do.
    expect(performance.now() - askedAt).toBeLessThan(10_000);
    expect(before.filter(isAlive)).toEqual([]);
    expect(marked(sandbox)).toEqual([]);
  },
  SLOW_MS,
);
