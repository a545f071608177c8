/** Schedules with real processes, on a night when the clocks are put forward, and over the death of the daemon. */

import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Soon the clocks of Berlin go from 2 to 3: by then all of it is up. */
const BEFORE_THREE = Date.parse("2026-03-29T00:59:47Z");

const TIMEZONE = { timezone: "Europe/Berlin" };

const PROCESSES = {
  nightly: {
    command: "echo night >> nightly",
    schedule: { cron: "30 2 * * *", catchUp: true, ...TIMEZONE },
  },
  gap: { command: "echo gap >> gap", schedule: { cron: "*/15 2 * * *", ...TIMEZONE } },
  web: { command: "sleep 1000", restart: { cron: "0 1 * * *" } },
  yearly: { command: "echo yearly >> yearly", schedule: "@yearly" },
  skips: { command: "sleep 1000", schedule: { every: "1s" } },
  replaces: { command: "sleep 1000", schedule: { every: "1s", overlap: "replace" } },
  allows: { command: "sleep 1.5", schedule: { every: "1s", overlap: "allow" } },
  fails: { command: "false", restart: "no", schedule: { every: "1s" } },
  works: { command: "true", schedule: { every: "1s" } },
  after: { command: "sleep 1000", dependsOn: { works: "succeeded" } },
};

/** A daemon without a keeper, whose clock on the wall shows a time of ours. */
async function startDaemon(sandbox: Sandbox, wallMs: number): Promise<Bun.Subprocess> {
  const offset = sandbox.write("offset", String(wallMs - Date.now()));
  const preload = resolve(import.meta.dir, "fixtures/set-clock.ts");
  const main = resolve(import.meta.dir, "../../src/daemon/main.ts");
  const argv = [process.execPath, "--preload", preload, main, "--home", sandbox.home];
  const daemon = Bun.spawn(argv, {
    cwd: sandbox.root,
    env: { PATH: process.env["PATH"] ?? "", WALL_CLOCK_OFFSET: offset },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await eventually("the daemon to answer", async () => {
    const { code } = await sandbox.run("daemon", "status");
    return { value: code, done: code === 0 };
  });
  return daemon;
}

async function count(sandbox: Sandbox, name: string, type: string): Promise<number> {
  const events = await sandbox.events("--since", "2026-03-28", "-n", "5000");
  return events.filter((it) => it.process === name && it.type === type).length;
}

async function untilTold(sandbox: Sandbox, name: string, type: string, times = 1): Promise<void> {
  await eventually(`${type} of ${name}`, async () => {
    const value = await count(sandbox, name, type);
    return { value, done: value >= times };
  });
}

test(
  "F46: each process has its turn when its time has come; F47: and overlaps as it may; F01: a killed daemon loses no time",
  async () => {
    await using sandbox = new Sandbox({ processes: PROCESSES }, { TZ: "UTC" });
    const first = await startDaemon(sandbox, BEFORE_THREE);
    await sandbox.ok("up", "-d", "--wait");
    const began = await sandbox.status("nightly");
    expect(began).toMatchObject({ state: "scheduled", pid: null, reason: null });
    expect(began.nextRunAt).toBe("2026-03-29T01:30:00.000Z");
    const { pid } = await sandbox.status("web");
    expect(await sandbox.status("web")).toMatchObject({ nextRunAt: "2026-03-29T01:00:00.000Z" });

    await untilTold(sandbox, "skips", "schedule.missed", 2);
    expect(await count(sandbox, "skips", "process.started")).toBe(1);
    await untilTold(sandbox, "replaces", "process.started", 3);
    await untilTold(sandbox, "allows", "process.removed");
    const fails = await sandbox.until("fails", (it) => it.state === "scheduled");
    expect(fails).toMatchObject({ reason: "its last run failed: exited with code 1", exitCode: 1 });
    // Not while one of them is just being replaced.
    await eventually("all to be well", async () => {
      const { code, stdout } = await sandbox.run("health");
      return { value: stdout, done: code === 0 };
    });

    // Else it might be failing just then, as it always does.
    await sandbox.ok("stop", "fails");
    await sandbox.ok("start", "all");
    await sandbox.ok("restart", "year*");
    expect(await count(sandbox, "yearly", "process.started")).toBe(0);
    await sandbox.ok("start", "yearly");
    await untilTold(sandbox, "yearly", "process.completed");
    const yearly = await sandbox.status("yearly");
    expect(yearly).toMatchObject({ state: "scheduled", nextRunAt: "2027-01-01T00:00:00.000Z" });
    await sandbox.ok("stop", "skips");
    expect(await sandbox.status("skips")).toMatchObject({ state: "stopped", nextRunAt: null });
    expect(await sandbox.ok("why", "nightly")).toContain("schedule: 30 2 * * * (Europe/Berlin)");

    await untilTold(sandbox, "gap", "process.completed");
    expect(sandbox.read("gap")).toBe("gap\n");
    expect((await sandbox.status("gap")).nextRunAt).toBe("2026-03-30T00:00:00.000Z");
    const web = await sandbox.until("web", (it) => it.state === "running" && it.pid !== pid);
    expect(web).toMatchObject({ restarts: 0, nextRunAt: "2026-03-30T01:00:00.000Z" });

    first.kill("SIGKILL");
    await first.exited;
    await startDaemon(sandbox, BEFORE_THREE + 3 * HOUR_MS);
    await untilTold(sandbox, "nightly", "process.completed");
    expect(sandbox.read("nightly")).toBe("night\n");
    const told = (await sandbox.events("--since", "2026-03-28", "-n", "5000")).filter(
      (it) => it.process === "nightly" && it.type.startsWith("schedule."),
    );
    expect(told).toMatchObject([
      { type: "schedule.missed", data: { count: 1, at: "2026-03-29T01:30:00.000Z" } },
      { type: "schedule.fired", data: { catchUp: true } },
    ]);
    expect((await sandbox.status("nightly")).nextRunAt).toBe("2026-03-30T00:30:00.000Z");
    const works = await count(sandbox, "works", "schedule.fired");
    await untilTold(sandbox, "works", "schedule.fired", works + 1);
  },
  SLOW_MS,
);
