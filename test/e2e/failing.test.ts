/** What fails says so, with the cause, and does not fail for ever. */

import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { Sandbox } from "./sandbox.ts";

test("F24: an end by a signal is told apart from an exit", async () => {
  const dies = (signal: string) => ({ command: ["sh", "-c", `kill -${signal} $$`], restart: "no" });
  await using sandbox = new Sandbox({
    processes: {
      segv: dies("SEGV"),
      abrt: dies("ABRT"),
      kill: dies("KILL"),
      exit: { command: "sh -c 'exit 42'", restart: "no" },
      fine: { command: "true", restart: "no" },
    },
  });
  await sandbox.ok("up", "-d");
  for (const [name, signal, code, state] of [
    ["segv", "SIGSEGV", null, "failed"],
    ["abrt", "SIGABRT", null, "failed"],
    ["kill", "SIGKILL", null, "failed"],
    ["exit", null, 42, "failed"],
    ["fine", null, 0, "completed"],
  ] as const) {
    const status = await sandbox.until(name, (it) => it.state === state);
    expect([name, status.signal, status.exitCode]).toEqual([name, signal, code]);
  }
});

test("F26: a command that cannot be executed fails at once with the cause, and hurts nobody else", async () => {
  await using sandbox = new Sandbox({
    processes: {
      missing: "no-such-command --flag",
      denied: "./denied",
      folder: { command: ["./folder"] },
      interpreter: "./interpreter",
      cwd: { command: "true", cwd: "nowhere" },
      user: { command: "true", user: "nobody-of-that-name" },
      fine: "sleep 1000",
    },
  });
  sandbox.write("denied", "#!/bin/sh\n");
  sandbox.write("interpreter", "#!/no/such/interpreter\n");
  chmodSync(`${sandbox.directory}/interpreter`, 0o755);
  Bun.spawnSync(["mkdir", `${sandbox.directory}/folder`]);
  const { code, stderr } = await sandbox.run("up", "-d");
  expect(code).toBe(1);
  for (const [name, cause] of [
    ["missing", "no-such-command"],
    ["denied", "execut"],
    ["folder", "directory"],
    ["interpreter", "interpreter"],
    ["cwd", "nowhere"],
    ["user", "nobody-of-that-name"],
  ] as const) {
    const status = await sandbox.status(name);
    expect([name, status.state]).toEqual([name, "failed"]);
    expect(status.reason).toContain(cause);
    expect(stderr).toContain(`/${name}.1`);
  }
  expect((await sandbox.status("fine")).state).toBe("running");
});

test("F27: a process that crashes at birth is tried again a bounded number of times", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: "sh -c 'exit 1'",
        restart: { max: 4, backoff: { initial: "10ms", factor: 1 } },
      },
    },
  });
  await sandbox.ok("up", "-d");
  const status = await sandbox.until("a", ({ state }) => state === "failed");
  expect(status.restarts).toBe(4);
  expect(status.reason).toContain("the 4 restarts allowed within 1m are spent");
  expect(await sandbox.events("--type", "process.started")).toHaveLength(5);
});

test("F28: a crash loop after a long stable time is bounded too: the window slides", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: ["sh", "-c", "[ -e unstable ] && exit 1; exec sleep 1000"],
        restart: { max: 3, window: "2s", backoff: { initial: "10ms", factor: 1 } },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await Bun.sleep(2_100); // Longer than the window: the time itself is what is tested.
  sandbox.write("unstable", "");
  const { pid } = await sandbox.status("a");
  process.kill(pid ?? 0, "SIGKILL");
  const status = await sandbox.until("a", ({ state }) => state === "failed");
  expect(status.restarts).toBe(3);
});

test("an intentional stop is no failure and a later start begins anew", async () => {
  await using sandbox = new Sandbox({
    processes: { a: { command: "sleep 1000", restart: "always" } },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("stop", "a");
  expect((await sandbox.status("a")).state).toBe("stopped");
  await sandbox.ok("start", "a");
  expect((await sandbox.status("a")).restarts).toBe(0);
});
