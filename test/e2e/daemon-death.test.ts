/** The hardest promise: kill -9 of the daemon loses nothing and starts nothing twice. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };

test("F01: silent processes outlive the daemon with the same pids, no restart and a continuous uptime", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper, c: sleeper } });
  await sandbox.ok("up", "-d");
  const before = await sandbox.list();
  await sandbox.killDaemon();
  const after = await sandbox.list();
  expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  expect(after.map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
  expect(after.map(({ startedAt }) => startedAt)).toEqual(before.map(({ startedAt }) => startedAt));
  expect(after.every(({ uptimeMs }, at) => (uptimeMs ?? 0) >= (before[at]?.uptimeMs ?? 0))).toBe(
    true,
  );
});

test("a daemon that was killed is started again by its keeper within a second, without any command", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  const pid = await sandbox.killDaemon();
  const killedAt = performance.now();
  const status = await eventually("a new daemon", async () => {
    const { stdout } = await sandbox.run("daemon", "status", "--json");
    const found = JSON.parse(stdout) as { pid: number } | null;
    return { value: found, done: found !== null && found.pid !== pid };
  });
  expect(status?.pid).not.toBe(pid);
  expect(performance.now() - killedAt).toBeLessThan(1_000 + 2_000); // What is beyond is for the commands that looked.
  await sandbox.ok("daemon", "stop");
  await sandbox.ok("up", "-d");
  expect(await sandbox.events("--type", "daemon.*")).toMatchObject([
    { type: "daemon.started", data: { pid } },
    { type: "daemon.recovered", data: { pid: status?.pid, since: "crash" } },
    { type: "daemon.stopping", data: { inPlace: false } },
    { type: "daemon.started", project: null },
  ]);
});

for (const [when, preload, count] of [
  ["F03: between spawn and the record of it", "die-after-spawn.ts", 1],
  ["F04: between the record of the intent and spawn", "die-before-spawn.ts", 1],
] as const) {
  test(`${when}, a daemon that dies leaves nothing that is started twice`, async () => {
    await using sandbox = new Sandbox({ processes: { a: sleeper } });
    const daemon = startDaemonBy(sandbox, preload);
    await eventually("the daemon to answer", async () => {
      const { code } = await sandbox.run("daemon", "status");
      return { value: code, done: code === 0 };
    });
    await sandbox.ok("up", "-d");
    expect(await daemon.exited).not.toBe(0);
    const { pid, state } = await sandbox.status("a");
    expect(state).toBe("running");
    const sleepers = sandbox.processes().filter((it) => isSleeper(it));
    expect(sleepers).toHaveLength(count);
    expect(sleepers).toEqual([pid ?? 0]);
  });
}

test("F62: what a daemon that is killed was running for itself is ended by the next one, which runs it again", async () => {
  const hangs = (name: string) => `echo $$ >> ${name}; sleep 1000 & sleep 1000`;
  const timeout = "60s";
  await using sandbox = new Sandbox({
    processes: {
      probed: { ...sleeper, health: { exec: hangs("health"), timeout } },
      unready: { ...sleeper, ready: { exec: hangs("ready"), timeout } },
      hooked: { ...sleeper, hooks: { beforeStart: { command: hangs("hook"), timeout } } },
    },
  });
  const tried = (times: number) =>
    eventually(`each to be tried ${times} times`, async () => {
      const pids = ["health", "ready", "hook"].map((name) => pidsIn(join(sandbox.directory, name)));
      return { value: pids.flat(), done: pids.every(({ length }) => length >= times) };
    });
  const up = sandbox.spawn(["up", "-d"]);
  const before = await tried(1);
  expect(before.filter(hasGroup)).toEqual(before);
  await sandbox.killDaemon();
  const again = (await tried(2)).filter((pid) => !before.includes(pid));
  await eventually("nothing to be left of the first", async () => {
    const left = before.filter(hasGroup); // Zombies too, until somebody reaps them.
    return { value: left, done: left.length === 0 };
  });
  expect(again.filter(hasGroup)).toEqual(again);
  await sandbox.ok("down");
  await up.exited;
}, 30_000);

test("F05: a process that ends while no daemon is there is noticed, its code is not made up, its policy applied", async () => {
  await using sandbox = new Sandbox({
    processes: { once: { ...sleeper, restart: "no" }, again: sleeper },
  });
  await sandbox.ok("up", "-d");
  const before = await sandbox.list();
  // With the keeper gone too nobody restarts the daemon before the next command.
  for (const pid of sandbox.processes().filter(isKeeper)) kill(pid);
  const daemon = await sandbox.killDaemon();
  // As long as it is dying it keeps what its children ended with.
  await eventually("the daemon to be gone", async () => ({ value: null, done: !isAlive(daemon) }));
  for (const { pid } of before) kill(pid ?? 0);
  await eventually("the processes to be gone", async () => ({
    value: null,
    done: before.every(({ pid }) => !isAlive(pid ?? 0)),
  }));
  const once = await sandbox.until("once", ({ state }) => state === "failed");
  expect(once.exitCode).toBeNull();
  expect(once.reason).toContain("unknown");
  const again = await sandbox.until("again", ({ state }) => state === "running");
  expect(again.pid).not.toBe(before.find(({ process }) => process === "again")?.pid ?? 0);
  expect(again.restarts).toBe(1);
});

test("F53: a restart of the daemon in place keeps its pid, every process and every exit code", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: sleeper,
      b: { command: ["sh", "-c", "read line < gate; exit 7"], restart: "no" },
    },
  });
  Bun.spawnSync(["mkfifo", join(sandbox.directory, "gate")]);
  await sandbox.ok("up", "-d");
  const [before, daemon] = [await sandbox.list(), await sandbox.daemon()];
  await sandbox.ok("daemon", "restart");
  const after = await sandbox.list();
  expect((await sandbox.daemon()).pid).toBe(daemon.pid);
  expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  sandbox.write("gate", "go\n");
  const b = await sandbox.until("b", ({ state }) => state === "failed");
  expect(b.exitCode).toBe(7);
});

for (const [what, withKeeper] of [
  ["is just being started again", true],
  ["is gone with its keeper", false],
] as const) {
  test(`a stop of a daemon that was killed and ${what} stops every process all the same`, async () => {
    await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper } });
    await sandbox.ok("up", "-d");
    const before = await sandbox.list();
    if (!withKeeper) for (const pid of sandbox.processes().filter(isKeeper)) kill(pid);
    await sandbox.killDaemon();
    const results = JSON.parse(await sandbox.ok("daemon", "stop", "--json")) as unknown[];
    expect(results).toHaveLength(2);
    expect(before.filter(({ pid }) => isAlive(pid ?? 0))).toEqual([]);
    await eventually("no daemon and no keeper to be left", async () => {
      const left = sandbox.processes();
      return { value: left, done: left.length === 0 };
    });
    expect((await sandbox.run("daemon", "status")).code).toBe(4);
  });
}

test("a stop of a daemon that was killed with nothing to stop is not undone by its keeper", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.ok("stop", "a");
  await sandbox.killDaemon();
  await sandbox.ok("daemon", "stop");
  await eventually("no daemon and no keeper to be left", async () => {
    const left = sandbox.processes();
    return { value: left, done: left.length === 0 };
  });
});

test("a stop of a daemon that has been stopped starts none", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("daemon", "stop");
  expect(existsSync(sandbox.home)).toBe(false);
  await sandbox.ok("up", "-d");
  await sandbox.ok("daemon", "stop");
  const { stderr } = await sandbox.run("daemon", "stop");
  expect(stderr).toContain("No daemon runs.");
  expect(sandbox.processes()).toEqual([]);
});

function startDaemonBy(sandbox: Sandbox, preload: string) {
  const main = resolve(import.meta.dir, "../../src/daemon/main.ts");
  const file = resolve(import.meta.dir, "fixtures", preload);
  return Bun.spawn([process.execPath, "--preload", file, main, "--home", sandbox.home], {
    cwd: sandbox.root,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "ignore", "ignore"],
  });
}

function isSleeper(pid: number): boolean {
  return Bun.spawnSync(["cat", `/proc/${pid}/cmdline`])
    .stdout.toString()
    .startsWith("sleep\0");
}

function isKeeper(pid: number): boolean {
  return Bun.spawnSync(["cat", `/proc/${pid}/cmdline`]).stdout.includes("procman-keeper");
}

test("F03: a one-shot that has ended before its daemon noted it is not run twice", async () => {
  const count = 150;
  await using sandbox = new Sandbox({
    concurrency: 1000,
    processes: {
      once: {
        command: ["sh", "-c", "echo ran >> ran.txt"],
        instances: count,
        restart: "no",
      },
    },
  });
  await sandbox.ok("daemon", "start");
  const up = sandbox.spawn(["up", "-d"]);
  await eventually("some of them to have run", async () => {
    const value = existsSync(join(sandbox.directory, "ran.txt")) ? linesOf(sandbox) : 0;
    return { value, done: value >= 20 };
  });
  await sandbox.killDaemon();
  await up.exited;
  await eventually("all of them to have ended", async () => {
    const value = (await sandbox.list()).filter(({ state }) => /completed|failed/.test(state));
    return { value: value.length, done: value.length === count };
  });
  expect(linesOf(sandbox)).toBe(count);
});

function linesOf(sandbox: Sandbox): number {
  return sandbox.read("ran.txt").split("\n").length - 1;
}

/** In whole lines: a file is there before anything is in it. */
function pidsIn(path: string): number[] {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return [...text.matchAll(/^(\d+)\n/gm)].map(([, pid]) => Number(pid));
}

/** Something is left of the group that it led. */
function hasGroup(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false; // ESRCH
  }
}
