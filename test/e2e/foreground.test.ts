/** The foreground holds what it started, and lets go of it however it ends. On a real terminal. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

// In each file: what the sandbox sets holds for the file alone that is the first to load it.
setDefaultTimeout(60_000);

const SLEEPER = { command: "sleep 1000" };
const CTRL_C = "\u0003";

test("Ctrl-C stops what it holds, and ends with 130", async () => {
  await using sandbox = new Sandbox({ processes: { a: SLEEPER, b: SLEEPER } });
  const up = sandbox.onTerminal("up");
  await sandbox.until("b", ({ state }) => state === "running");
  up.type(CTRL_C);
  expect(await up.exited).toBe(130);
  expect(await statesOf(sandbox)).toEqual(["a stopped", "b stopped"]);
});

test("Ctrl-C leaves at once, and running, what ran before", async () => {
  await using sandbox = new Sandbox({ processes: { a: SLEEPER, b: SLEEPER } });
  await sandbox.ok("up", "-d", "a");
  const some = sandbox.onTerminal("up");
  await some.says("b started");
  some.type(CTRL_C);
  expect(await some.exited).toBe(130);
  expect(some.text()).toContain("Left running: a.");
  expect(await statesOf(sandbox)).toEqual(["a running", "b stopped"]);

  await sandbox.ok("up", "-d");
  const none = sandbox.onTerminal("up");
  await none.says("Ctrl-C leaves it running");
  none.type(CTRL_C);
  expect(await none.exited).toBe(130);
  expect(await statesOf(sandbox)).toEqual(["a running", "b running"]);
});

test("a second Ctrl-C kills what does not stop, after it was said what is still alive", async () => {
  const stubborn = {
    command: ["sh", "-c", "trap '' TERM; echo armed; while :; do sleep 0.1; done"],
    stop: { timeout: "1h" },
  };
  await using sandbox = new Sandbox({ processes: { a: stubborn } });
  const up = sandbox.onTerminal("up");
  await up.says("armed");
  up.type(CTRL_C);
  await up.says("Still alive after");
  up.type(CTRL_C);
  expect(await up.exited).toBe(130);
  expect(await statesOf(sandbox)).toEqual(["a killed"]);
});

test("the end of the terminal stops what it holds", async () => {
  await using sandbox = new Sandbox({ processes: { a: SLEEPER } });
  const up = sandbox.onTerminal("up");
  await sandbox.until("a", ({ state }) => state === "running");
  up.close();
  await sandbox.until("a", ({ state }) => state === "stopped");
  await eventually("the command to end", async () => {
    return { value: up.pid, done: !isAlive(up.pid) };
  });
});

test("kill -9 of the foreground stops what it holds, what waits to start again too, whoever asked for it", async () => {
  const backoff = { initial: "1h", factor: 1, jitter: 0 };
  await using sandbox = new Sandbox({
    processes: { a: SLEEPER, bad: { command: "false", restart: { backoff } } },
  });
  const up = sandbox.onTerminal("up");
  await sandbox.until("bad", ({ state }) => state === "backoff");
  const asked = await sandbox.ok("restart", "bad");
  expect(asked).toBe("");
  await sandbox.until("bad", ({ state }) => state === "backoff");
  process.kill(up.pid, "SIGKILL");
  await sandbox.until("a", ({ state }) => state === "stopped");
  await sandbox.until("bad", ({ state }) => state === "stopped");
});

test("instances are named alike in lines and notices, and do nothing to the screen of all", async () => {
  const command = String.raw`printf '\033[?1049h\033[2J\033[32mdrawn\033[0m\n'; sleep 1000`;
  await using sandbox = new Sandbox({ processes: { a: { command, instances: 2 } } });
  const up = sandbox.onTerminal("up");
  await up.says("a.1 started");
  await up.says("a.2 started");
  await up.says("\u001B[32mdrawn");
  up.type(CTRL_C);
  await up.exited;
  expect(up.text()).toContain("a.1 stopped");
  for (const sequence of ["\u001B[2J", "\u001B[?1049h"]) expect(up.text()).not.toContain(sequence);
});

test("what old log files hold is not shown again", async () => {
  const speaker = { command: ["sh", "-c", "echo from $RUN; exec sleep 1000"] };
  await using sandbox = new Sandbox({ processes: { a: speaker } });
  await sandbox.okWith({ RUN: "before" }, "up", "-d");
  await sandbox.ok("scale", "a=2");
  await sandbox.until("a.2", ({ state }) => state === "running");
  await sandbox.ok("down");
  const up = sandbox.onTerminal(["up"], { RUN: "now" });
  await up.says("from now");
  await sandbox.ok("scale", "a=2");
  await up.says("a.2");
  up.type(CTRL_C);
  await up.exited;
  expect(up.text()).not.toContain("from before");
});

/** Bun's client gives up on a daemon that is silent for five minutes, unless told otherwise. */
test("a follower that hears nothing for long goes on", async () => {
  await using sandbox = new Sandbox({ processes: { a: SLEEPER } });
  await sandbox.ok("up", "-d");
  const impatient = { BUN_CONFIG_HTTP_IDLE_TIMEOUT: "1" };
  const follower = sandbox.spawn(["wait", "a", "--for", "stopped"], impatient);
  const plain = `await fetch("http://x/rpc/wait", { unix: process.argv[1], method: "POST", body: process.argv[2] })
    .then((it) => it.text(), (error) => console.log(error.name))`;
  const place = { project: null, directory: sandbox.directory, exact: true, files: [] };
  const input = { ...place, targets: ["a"], for: "stopped", timeoutMs: null };
  const socket = `${sandbox.home}/daemon.sock`;
  const control = Bun.spawn([process.execPath, "-e", plain, socket, JSON.stringify(input)], {
    env: { ...process.env, ...impatient },
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(await control.stdout.text()).toBe("TimeoutError\n");
  expect(follower.exitCode).toBe(null);
  await sandbox.ok("stop", "a");
  expect(await follower.exited).toBe(0);
}, 60_000);

test("what happens is said between the lines, after those that came before it, and how all ended", async () => {
  const says = (text: string, code: number) => `echo ${text}; exit ${code}`;
  const ready = { exec: "true" };
  await using sandbox = new Sandbox({
    processes: {
      web: { command: says("bye", 3), restart: "no" },
      db: { command: "sleep 0.5; echo done", restart: "no", ready },
      dep: { ...SLEEPER, dependsOn: { web: "succeeded" } },
    },
  });
  const { code, stdout, stderr } = await sandbox.run("up");
  expect(code).toBe(3);
  expect(stdout).toContain("web     | bye\n");
  const notices = stderr
    .replaceAll(/\d+ ms|pid \d+/g, "N")
    .trimEnd()
    .split("\n");
  for (const notice of [
    "web started (N)",
    "web failed: exited with code 3",
    "dep is skipped: it depends on web, which failed: exited with code 3",
    "db is ready after N",
    "db completed",
  ]) {
    expect(notices).toContain(`procman | ${notice}`);
  }
  expect(notices.at(-1)).toBe("procman | All ended: web failed (3), db completed, dep skipped");
  const up = sandbox.onTerminal("up");
  await up.says("All ended");
  const text = up.text();
  expect(text.indexOf("bye")).toBeLessThan(text.indexOf("web failed"));
  expect(text).toContain("\u001B[31mprocman | web failed");
});

test("an end from elsewhere and the death of the daemon are said", async () => {
  await using sandbox = new Sandbox({ processes: { a: SLEEPER } });
  const up = sandbox.onTerminal("up");
  await up.says("a started");
  await sandbox.killDaemon();
  await up.says("the daemon was away and is back; the processes ran on");
  await sandbox.ok("down");
  expect(await up.exited).toBe(0);
  await up.says("Ended: all of it was stopped from elsewhere");
});

async function statesOf(sandbox: Sandbox): Promise<string[]> {
  return (await sandbox.list()).map(({ process, state }) => `${process} ${state}`);
}
