/** `exec`: a command with everything up around it; what was started is stopped, however it ends. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { WireEvent } from "../../src/protocol/shapes.ts";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const PROJECT = {
  name: "shop",
  env: { LEVEL: "info", API: "http://127.0.0.1:${api.port}", HOME_OF: "${HOME}" },
  processes: {
    migrate: { command: "sh -c 'sleep 0.3; touch migrated'", restart: "no" },
    api: {
      command: ["sh", "-c", "echo listening; sleep 0.2; touch up; exec sleep 1000"],
      port: "auto",
      ready: { exec: "test -e up", interval: "50ms" },
      dependsOn: { migrate: "succeeded" },
    },
    "my-worker": { command: "sleep 1000", port: 4391, autostart: false },
  },
};

test("it starts all, waits until they are ready, gives environment and ports, passes the code on, stops all", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const script =
    'test -e migrated && test -e up && echo "$LEVEL $API $PROCMAN_PORT_API $PROCMAN_PORT_MY_WORKER $PROCMAN_PROJECT $PROCMAN"; echo bad >&2; exit 7';
  const ran = await sandbox.run("exec", "-q", "--", "sh", "-c", script);
  expect([ran.code, ran.stderr]).toEqual([7, "bad\n"]);
  const [, api, port] = /^info (\S+) (\d+) 4391 shop 1\n$/.exec(ran.stdout) ?? [];
  expect(api).toBe(`http://127.0.0.1:${port}`);
  expect((await statesOf(sandbox)).toSorted()).toEqual([
    "api stopped",
    "migrate completed",
    "my-worker stopped",
  ]);
}, 120_000);

test("exit codes: of the command, of its signal, 127, 126, 1 with the output of what failed, 124, 2", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: {
      ok: "sleep 1000",
      bad: {
        command: ["sh", "-c", "echo no database; exit 3"],
        restart: { max: 1, backoff: { initial: "10ms" } },
        autostart: false,
      },
      never: { command: "sleep 1000", ready: { tcp: "9" }, autostart: false },
    },
  });
  sandbox.write("data.txt", "");
  sandbox.write("seed.js", "");
  const rows = [
    [["exec", "--", "true"], 0, /(?:)/],
    [["exec", "--", "sh", "-c", "kill -9 $$"], 137, /(?:)/],
    [["exec", "--", "no-such-program"], 127, /not to be found/],
    [["exec", "--", "seed.js"], 127, /started by 'bun seed\.js'/],
    [["exec", "--", "./data.txt"], 126, /cannot be executed/],
    [["exec", "ok", "bad", "--", "touch", "reached"], 1, /shop\/bad.*\n.*\n.*\n {2}no database/],
    [
      ["exec", "never", "--timeout", "300ms", "--", "touch", "reached"],
      124,
      /never\.1 is starting/,
    ],
    [["exec", "true"], 2, /after --/],
    [["exec", "nobody", "--", "true"], 3, /nobody/],
    [["exec", "--keep-logs", "data.txt", "--", "true"], 2, /keep logs/],
  ] as const;
  for (const [args, code, stderr] of rows) {
    const ran = await sandbox.run(...args);
    expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringMatching(stderr)]);
    const alive = (await sandbox.list("--all")).filter(({ pid }) => pid !== null);
    expect([args, alive]).toEqual([args, []]);
  }
  expect(existsSync(join(sandbox.directory, "reached"))).toBe(false);
}, 120_000);

test("what ran before stays up; --no-start starts nothing and waits for what is named", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: { a: "sleep 1000", b: "sleep 1000", c: { command: "sleep 1000", port: 4392 } },
  });
  const bare = await sandbox.run("exec", "--no-start", "--", "sh", "-c", "echo $PROCMAN_PORT_C");
  expect([bare.code, bare.stdout]).toEqual([0, "4392\n"]);
  expect(existsSync(join(sandbox.home, "registry.db"))).toBe(false);
  const missing = await sandbox.run("exec", "a", "--no-start", "--", "true");
  expect(missing.code).toBe(3);

  await sandbox.ok("up", "-d", "a");
  const { pid } = await sandbox.status("a");
  await sandbox.ok("exec", "a", "--no-start", "--", "true");
  const other = await sandbox.run("exec", "b", "--no-start", "--", "true");
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("shop/b.1")]);
  const seen = await sandbox.ok("exec", "a", "b", "--", "sh", "-c", "sleep 0.1; echo done");
  expect(seen).toBe("done\n");
  expect(await statesOf(sandbox)).toEqual(["a running", "b stopped", "c stopped"]);
  expect((await sandbox.status("a")).pid).toBe(pid);
}, 120_000);

test("--keep-logs leaves logs, events, states and the configuration behind, also when it fails", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    env: { API_TOKEN: "hush", PLAIN: "shown" },
    processes: { api: { command: ["sh", "-c", "printf 'one\\ntwo'; exec sleep 1000"] } },
  });
  await sandbox.ok("exec", "--", "true");
  const ran = await sandbox.run("exec", "--keep-logs", "out/ci", "--", "sh", "-c", "exit 4");
  expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining("out/ci")]);
  expect(sandbox.read("out/ci/logs/api.1.stdout.log")).toBe("one\ntwo");
  expect(readdirSync(join(sandbox.directory, "out/ci/logs"))).toEqual(["api.1.stdout.log"]);
  const events = sandbox
    .read("out/ci/events.jsonl")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as WireEvent).type);
  expect(events.filter((type) => type === "process.started")).toHaveLength(1);
  expect(events.at(-1)).toBe("process.stopped");
  expect(JSON.parse(sandbox.read("out/ci/status.json"))).toMatchObject([
    { id: "shop/api.1", state: "stopped" },
  ]);
  await sandbox.ok("up", "-d");
  await sandbox.ok("exec", "--no-start", "--keep-logs", "out/more", "--", "true");
  expect(sandbox.read("out/more/status.json")).toContain('"state": "running"');
  const config = sandbox.read("out/ci/config.yaml");
  expect(config).toContain("shown");
  expect(config).not.toContain("hush");
}, 120_000);

test("Ctrl-C is the command's; it ends first, then what was started is stopped", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { api: "sleep 1000" } });
  const script = "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done";
  const exec = sandbox.onTerminal(["exec", "--", "sh", "-c", script]);
  await exec.says("ready");
  exec.type("\u0003");
  expect(await exec.exited).toBe(5);
  expect(exec.text().split("caught")).toHaveLength(2);
  expect(await statesOf(sandbox)).toEqual(["api stopped"]);
}, 120_000);

test("Ctrl-C while it waits for them stops them, and the command does not run", async () => {
  const never = { command: "echo begun; exec sleep 1000", ready: { tcp: "9" } };
  await using sandbox = new Sandbox({ name: "shop", processes: { never } });
  const exec = sandbox.onTerminal(["exec", "--", "touch", "reached"]);
  await sandbox.until("never", ({ state }) => state === "starting");
  await exec.says("never");
  exec.type("\u0003");
  expect(await exec.exited).toBe(130);
  expect(await statesOf(sandbox)).toEqual(["never stopped"]);
  expect(existsSync(join(sandbox.directory, "reached"))).toBe(false);
}, 120_000);

test("SIGTERM is passed to the command; kill -9 of exec stops what it started", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { api: "sleep 1000" } });
  const script = "trap 'exit 6' TERM; touch ready; while :; do sleep 0.1; done";
  const ready = join(sandbox.directory, "ready");
  const asked = sandbox.spawn(["exec", "--", "sh", "-c", script]);
  await eventually("the command to run", async () => ({ value: null, done: existsSync(ready) }));
  asked.kill("SIGTERM");
  expect(await asked.exited).toBe(6);
  expect(await statesOf(sandbox)).toEqual(["api stopped"]);

  const killed = sandbox.spawn(["exec", "--", "sleep", "1000"]);
  const { pid } = await sandbox.until("api", ({ state }) => state === "running");
  killed.kill("SIGKILL");
  await sandbox.until("api", ({ state }) => state === "stopped");
  expect(isAlive(pid ?? 0)).toBe(false);
}, 120_000);

test("it goes on when the daemon is killed meanwhile, and says when a process fails", async () => {
  const fragile = { command: ["sh", "-c", "exec sleep 1000"], restart: "no" };
  await using sandbox = new Sandbox({ name: "shop", processes: { api: fragile } });
  const exec = sandbox.spawn(["exec", "--", "sh", "-c", "while [ ! -e go ]; do sleep 0.05; done"]);
  await sandbox.until("api", ({ state }) => state === "running");
  await sandbox.killDaemon();
  const { pid } = await sandbox.until("api", ({ state }) => state === "running");
  process.kill(pid ?? 0, "SIGKILL");
  await sandbox.until("api", ({ state }) => state === "failed");
  sandbox.write("go", "");
  expect(await exec.exited).toBe(0);
  expect(await exec.stderr.text()).toContain("api failed");
}, 120_000);

test("when everything is stopped from elsewhere before it is ready, the command does not run", async () => {
  const never = { command: "sleep 1000", ready: { tcp: "9" } };
  await using sandbox = new Sandbox({ name: "shop", processes: { never } });
  const exec = sandbox.spawn(["exec", "--", "touch", "reached"]);
  await sandbox.until("never", ({ state }) => state === "starting");
  await sandbox.ok("daemon", "stop");
  expect(await exec.exited).toBe(1);
  expect(existsSync(join(sandbox.directory, "reached"))).toBe(false);
}, 120_000);

async function statesOf(sandbox: Sandbox): Promise<string[]> {
  return (await sandbox.list()).map(({ process, state }) => `${process} ${state}`);
}
