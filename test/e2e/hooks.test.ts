/** Hooks: commands at the turns of a process's life, each with an end. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Explanation } from "../../src/protocol/explanation.ts";
import { eventually, Sandbox } from "./sandbox.ts";

function note(what: string): string {
  return `echo ${what} >> life`;
}

function lived(sandbox: Sandbox): string[] {
  return existsSync(join(sandbox.directory, "life")) ? sandbox.read("life").trim().split("\n") : [];
}

function livedUntil(sandbox: Sandbox, what: string): Promise<string[]> {
  return eventually(`the life to have come to '${what}'`, async () => {
    const life = lived(sandbox);
    return { value: life, done: life.includes(what) };
  });
}

async function hookFailures(sandbox: Sandbox): Promise<string[]> {
  const events = await sandbox.events("--type", "hook.failed");
  return events.map(({ data }) => `${String(data["hook"])}: ${String(data["reason"])}`);
}

test("each is run at its turn, as the process is, and the next thing waits for it", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: {
        command: [
          "sh",
          "-c",
          `${note("up")}; trap "${note("down")}; exit 0" TERM; while :; do sleep 0.05; done`,
        ],
        env: { TEAM: "ops" },
        ready: { exec: "grep -q up life" },
        hooks: {
          beforeStart: `sleep 0.2; ${note("before-$TEAM")}`,
          afterReady: note("ready"),
          beforeStop: `sleep 0.2; ${note("leaving")}`,
          afterExit: `sleep 0.2; ${note("after-$PROCMAN_EXIT_CODE")}`,
        },
      },
    },
  });
  await sandbox.ok("up", "-d", "--wait");
  await livedUntil(sandbox, "ready");
  await sandbox.ok("stop", "api");
  expect(lived(sandbox)).toEqual(["before-ops", "up", "ready", "leaving", "down", "after-0"]);
  expect(await hookFailures(sandbox)).toEqual([]);
});

test("a start is kept back by the failure of the hook before it, by policy like every other failure", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: {
        command: ["sh", "-c", `${note("up")}; sleep 1000`],
        restart: { max: 1, backoff: { initial: "10ms" } },
        hooks: { beforeStart: `${note("tried")}; echo no database >&2; exit 3` },
      },
      web: {
        command: "sleep 1000",
        hooks: { beforeStart: { command: "exit 4", onFailure: "ignore" } },
      },
    },
  });
  await sandbox.run("up", "-d");
  const failed = await eventually("api to have failed", async () => {
    const [event] = await sandbox.events("--type", "process.failed");
    return { value: event, done: event !== undefined };
  });
  expect(failed?.data["reason"]).toContain("hooks.beforeStart exited with code 3: no database");
  expect(lived(sandbox)).toEqual(["tried", "tried"]);
  expect(await hookFailures(sandbox)).toEqual(["hooks.beforeStart: exited with code 4"]);
  expect(Object.keys(await sandbox.pids())).toContain("web.1");
});

test("one that does not end is killed, and delays a stop no longer than its time", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: {
        command: "sleep 1000",
        hooks: {
          beforeStop: { command: `${note("leaving")}; echo waiting; sleep 1000`, timeout: "300ms" },
        },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("stop", "api");
  expect(await hookFailures(sandbox)).toEqual([
    "hooks.beforeStop: did not end within 300ms, and was killed: waiting",
  ]);
  const [stopped] = await sandbox.events("--type", "process.stopped");
  expect(stopped?.process).toBe("api");
});

test("a stop calls a start off that still waits for its hook", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: {
        command: ["sh", "-c", `${note("up")}; sleep 1000`],
        hooks: { beforeStart: { command: `${note("waiting")}; sleep 1000`, timeout: "10m" } },
      },
    },
  });
  const up = sandbox.spawn(["up", "-d"]);
  await livedUntil(sandbox, "waiting");
  await sandbox.ok("stop", "api");
  await up.exited;
  expect(lived(sandbox)).toEqual(["waiting"]);
  expect(await sandbox.events("--type", "process.failed")).toEqual([]);
});

test("kill runs no hook before the end, and the one after it", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: {
        command: "sleep 1000",
        hooks: { beforeStop: note("leaving"), afterExit: note("after-$PROCMAN_EXIT_SIGNAL") },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("kill", "api");
  expect(lived(sandbox)).toEqual(["after-SIGKILL"]);
});

test("what a hook that must not fail comes after fails with it, and its restart policy answers", async () => {
  const fails = (says: string) => ({ command: `echo ${says} >&2; exit 3`, onFailure: "fail" });
  const sleeper = { command: "sleep 1000" };
  await using sandbox = new Sandbox({
    name: "shop",
    processes: {
      cold: {
        ...sleeper,
        restart: { max: 1, backoff: { initial: "10ms" } },
        hooks: { afterReady: fails("no-cache") },
      },
      once: { command: "true", restart: "no", hooks: { afterExit: fails("no-report") } },
      server: { ...sleeper, hooks: { beforeStop: fails("no-balancer") } },
      store: {
        ...sleeper,
        restart: { onGiveUp: "stop-project" },
        hooks: { afterExit: fails("no-backup") },
      },
      other: sleeper,
    },
  });
  await sandbox.run("up", "-d");
  const cold = await sandbox.until("cold", ({ state }) => state === "failed");
  expect(cold.reason).toBe(
    "hooks.afterReady exited with code 3: no-cache; the restart allowed within 1m is spent",
  );
  expect(cold.pid).toBeNull();
  const once = await sandbox.until("once", ({ state }) => state === "failed");
  expect(once).toMatchObject({
    exitCode: 0,
    reason: "hooks.afterExit exited with code 3: no-report",
  });
  const { rule } = JSON.parse(await sandbox.ok("why", "once", "--json")) as Explanation;
  expect(rule?.key).toBe("hooks.afterExit.onFailure");
  // A restart goes on: the new run is not the one that has failed.
  await sandbox.ok("restart", "server");
  await sandbox.ok("stop", "server", "store");
  const reasons = Object.fromEntries(
    (await sandbox.list()).map(({ process, state, reason }) => [process, `${state}: ${reason}`]),
  );
  expect(reasons).toMatchObject({
    server: "failed: hooks.beforeStop exited with code 3: no-balancer",
    store: "failed: hooks.afterExit exited with code 3: no-backup",
    // Who was asked to stop has given nothing up.
    other: "running: null",
  });
  const up = await sandbox.run("up", "once", "--exit-code-from", "once");
  expect(up.code).toBe(1);
}, 60_000);
