/** Processes that are asked to stop before they are signalled: over their channel, or by a command. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;
const CHILD = ["bun", join(FIXTURES, "ipc-child.js"), "ready"];
const HELPED = ["bun", join(FIXTURES, "child-program.ts"), "ready"];
/** Says when it is signalled, and goes. */
const POLITE = `trap 'echo signalled; exit 0' TERM; echo up; while :; do sleep 0.05; done`;

const ready = { ipc: true };
const stop = { ipc: true, timeout: "10s" };

test(
  "one that is asked over its channel goes, unsignalled, with and without the helper",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        raw: { command: [...CHILD, "obey"], ready, stop },
        helped: { command: [...HELPED, "obey"], ready, stop },
        snake: { command: ["python3", join(FIXTURES, "ipc-child.py"), "obey"], ready, stop },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("stop", "all");
    for (const name of ["raw", "helped", "snake"]) {
      // SIGTERM would have been told of as a signal.
      expect(await sandbox.status(name)).toMatchObject({ state: "stopped", exitCode: 0 });
    }
    expect(await sandbox.ok("logs", "helped", "--no-prefix")).toContain("with time left");
  },
  WAIT_MS,
);

test(
  "one that ignores it is signalled when half of its time is over, and killed at the end",
  async () => {
    const short = { ipc: true, timeout: "600ms" };
    await using sandbox = new Sandbox({
      processes: {
        raw: { command: CHILD, ready, stop: short },
        stubborn: {
          command: ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"],
          ready: { log: "up" },
          stop: short,
        },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    const beganMs = performance.now();
    await sandbox.ok("stop", "raw");
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(300);
    expect(await sandbox.status("raw")).toMatchObject({ state: "stopped", signal: "SIGTERM" });
    expect(await sandbox.ok("logs", "raw", "--no-prefix")).toContain('"type":"shutdown"');
    await sandbox.ok("stop", "stubborn");
    expect(await sandbox.status("stubborn")).toMatchObject({ state: "killed", signal: "SIGKILL" });
  },
  WAIT_MS,
);

test(
  "a command stops it, and knows whom; one that fails leaves it to the signal, at once",
  async () => {
    const polite = { command: ["sh", "-c", POLITE], ready: { log: "up" } };
    await using sandbox = new Sandbox({
      processes: {
        asked: { ...polite, stop: { command: "echo $PROCMAN_PID > asked; kill -9 $PROCMAN_PID" } },
        failing: { ...polite, stop: { command: "exit 3", timeout: "1h" } },
        slow: { ...polite, stop: { command: "sleep 1000", timeout: "400ms" } },
        killed: { ...polite, stop: { command: "sleep 1000", timeout: "1h" } },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await sandbox.status("asked");
    const waits = sandbox.run("stop", "killed");
    await sandbox.until("killed", ({ state }) => state === "stopping");
    await sandbox.ok("kill", "killed");
    expect((await waits).code).toBe(0);
    await sandbox.ok("stop", "all");
    expect(sandbox.read("asked").trim()).toBe(String(pid));
    expect(await sandbox.status("asked")).toMatchObject({ state: "stopped", signal: "SIGKILL" });
    for (const name of ["failing", "slow"]) {
      expect(await sandbox.status(name)).toMatchObject({ state: "stopped", exitCode: 0 });
      expect(await sandbox.ok("logs", name, "--no-prefix")).toContain("signalled\n");
    }
    const failed = await sandbox.events("--type", "hook.failed");
    expect(failed.map(({ process, data }) => [process, data["hook"], data["reason"]])).toEqual([
      ["failing", "stop.command", "exited with code 3"],
      ["slow", "stop.command", "did not end within 200ms, and was killed"],
    ]);
  },
  WAIT_MS,
);

test(
  "one that has no channel is signalled at once, and a daemon that dies does not disturb one that is asked",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        closed: { command: [...CHILD, "hang-up"], stop: { ipc: true, timeout: "1h" } },
        slow: {
          command: [...CHILD, "slowly"],
          ready,
          stop: { ipc: true, timeout: "20s" },
        },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.until("closed", ({ ipc }) => !ipc);
    await sandbox.ok("stop", "closed");
    expect(await sandbox.status("closed")).toMatchObject({ signal: "SIGTERM" });
    const stopping = sandbox.run("stop", "slow");
    await eventually("it to be asked", async () => {
      const value = await sandbox.ok("logs", "slow", "--no-prefix");
      return { value, done: value.includes("shutdown") };
    });
    await sandbox.killDaemon();
    expect((await stopping).code).toBe(0);
    await sandbox.until("slow", ({ state }) => state === "stopped");
    // It went when it had finished, not by a signal of the next daemon.
    const path = (await sandbox.status("slow")).logs.stdout;
    expect(readFileSync(path, "utf8")).toContain("finished");
  },
  WAIT_MS,
);
