/** A daemon whose clock on the wall is set, as by a first look at a time server or by hand. */

import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const JUMPS = [HOUR_MS, -HOUR_MS, YEAR_MS, -YEAR_MS, 0];

const BACKOFF_S = 0.4;

function startDaemon(sandbox: Sandbox, offsetFile: string) {
  const preload = resolve(import.meta.dir, "fixtures/set-clock.ts");
  const main = resolve(import.meta.dir, "../../src/daemon/main.ts");
  return Bun.spawn([process.execPath, "--preload", preload, main, "--home", sandbox.home], {
    cwd: sandbox.root,
    env: { PATH: process.env["PATH"] ?? "", WALL_CLOCK_OFFSET: offsetFile },
    stdio: ["ignore", "ignore", "ignore"],
  });
}

test(
  "F44: a wall clock that jumps by an hour or a year fires nothing early, delays nothing and changes no uptime",
  async () => {
    const backoff = { initial: `${BACKOFF_S * 1_000}ms`, factor: 1, jitter: 0 };
    await using sandbox = new Sandbox({
      processes: {
        steady: {
          command: "sleep 1000",
          health: { exec: "echo asked >> probes", interval: "50ms", timeout: "5s" },
        },
        again: {
          command: ["sh", "-c", "cut -d ' ' -f 1 /proc/uptime >> starts; exit 1"],
          restart: { max: 999, backoff },
        },
        // Neither is its grace over at once, nor does it never end.
        stubborn: {
          command: "trap '' TERM; while :; do sleep 0.05; done",
          stop: { timeout: "1s" },
        },
      },
    });
    const offset = sandbox.write("offset", "0");
    startDaemon(sandbox, offset);
    await eventually("the daemon to answer", async () => {
      const { code } = await sandbox.run("daemon", "status");
      return { value: code, done: code === 0 };
    });
    const began = performance.now();
    await sandbox.ok("up", "-d");
    await sandbox.ok("wait", "steady", "--for", "healthy");
    const { pid } = await sandbox.status("steady");
    const lines = (name: string): string[] => sandbox.read(name).split("\n").filter(Boolean);
    for (const jumpMs of JUMPS) {
      sandbox.write("offset", String(jumpMs));
      const [probes, starts] = [lines("probes").length, lines("starts").length];
      await eventually("probes and restarts to go on", async () => {
        const value = [lines("probes").length - probes, lines("starts").length - starts];
        return { value, done: value.every((count) => count >= 3) };
      });
      const status = await sandbox.status("steady");
      expect(status).toMatchObject({ pid, health: "healthy", restarts: 0 });
      expect(status.uptimeMs).toBeGreaterThan(0);
      expect(status.uptimeMs).toBeLessThan(performance.now() - began);
    }
    sandbox.write("offset", String(-YEAR_MS));
    const stopBegan = performance.now();
    const stop = sandbox.run("stop", "stubborn");
    await sandbox.until("stubborn", ({ state }) => state === "stopping");
    sandbox.write("offset", String(YEAR_MS));
    expect((await stop).code).toBe(0);
    expect(performance.now() - stopBegan).toBeGreaterThan(1_000);
    const times = lines("starts").map(Number);
    const pauses = times.slice(1).map((at, nth) => at - (times[nth] ?? 0));
    // What the file says is exact to a hundredth.
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(BACKOFF_S - 0.02);
    expect(Math.max(...pauses)).toBeLessThan(10);
  },
  SLOW_MS,
);
