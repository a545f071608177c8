/** `daemon restart` and `daemon stop`: nobody who waits can hold them up, and nobody loses an answer by them. */

import { cpSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import { arrived } from "./connections.ts";
import { eventually, Sandbox } from "./sandbox.ts";

// Some wait for the five seconds after which a command or a daemon gives up. What the sandbox sets holds for the first
// file of a test process only.
setDefaultTimeout(60_000);

const sleeper = { command: "sleep 1000" };

test("a restart goes by open waits, streams and foregrounds, and they go on with the next program", async () => {
  await using sandbox = new Sandbox({
    processes: { a: sleeper, gate: { command: "sleep 1000", restart: "no" } },
  });
  await sandbox.ok("up", "-d");
  const wait = sandbox.spawn(["wait", "gate", "--for", "stopped"]);
  const events = sandbox.spawn(["events", "-f", "--json"]);
  const foreground = sandbox.spawn(["up"]);
  await arrived(sandbox, 3);
  const began = performance.now();
  for (let turn = 0; turn < 3; turn += 1) await sandbox.ok("daemon", "restart");
  expect(performance.now() - began).toBeLessThan(3 * 4_500); // Five seconds each if somebody held them up.
  expect([wait.exitCode, events.exitCode, foreground.exitCode]).toEqual([null, null, null]);

  await sandbox.ok("stop", "gate");
  expect(await wait.exited).toBe(0);
  await sandbox.ok("stop", "a");
  expect(await foreground.exited).toBe(0);
  let seen = "";
  for await (const chunk of events.stdout) {
    seen += new TextDecoder().decode(chunk);
    if (/"process.stopped".*"process":"a"/.test(seen)) break;
  }
  events.kill();
  await events.exited;
  const numbers = seen.split("\n").flatMap((line) => /"seq":(\d+)/.exec(line)?.[1] ?? []);
  expect(numbers).toEqual([...new Set(numbers)]);
  expect(seen).not.toContain("events.missed");
});

test("a restart lets a restart of a process that is under way end first", async () => {
  const slow = ["sh", "-c", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.05; done"];
  await using sandbox = new Sandbox({ processes: { a: { command: slow } } });
  await sandbox.ok("up", "-d");
  const restart = sandbox.spawn(["restart", "a"]);
  await sandbox.until("a", ({ state }) => state === "stopping");
  await sandbox.ok("daemon", "restart");
  expect(await restart.exited).toBe(0);
  expect((await sandbox.status("a")).restarts).toBeLessThanOrEqual(1);
});

test("a stop of the daemon that leaves the processes running tells those who wait, and ends streams", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  const wait = sandbox.spawn(["wait", "a", "--for", "stopped"]);
  const events = sandbox.spawn(["events", "-f"]);
  await arrived(sandbox, 2);
  await sandbox.ok("daemon", "stop", "--leave-running");
  expect(await wait.exited).toBe(4);
  expect(await wait.stderr.text()).toContain("the daemon was stopped");
  expect(await events.exited).toBe(0);
  const { code } = await sandbox.run("daemon", "status");
  expect(code).toBe(4);
});

test("a stop of the daemon goes by open waits, streams and foregrounds", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  const foreground = sandbox.spawn(["up"]);
  await eventually("a to run", async () => {
    const { stdout } = await sandbox.run("ls", "--json");
    return { value: stdout, done: stdout.includes('"running"') };
  });
  const events = sandbox.spawn(["events", "-f", "-n", "1"]);
  // It follows when it has shown what was; how many connections a foreground has is its own affair.
  await events.stdout.getReader().read();
  const began = performance.now();
  await sandbox.ok("daemon", "stop");
  expect(await events.exited).toBe(0);
  expect(await foreground.exited).toBe(0);
  expect(performance.now() - began).toBeLessThan(4_500);
  const { code } = await sandbox.run("daemon", "status");
  expect(code).toBe(4);
});

test("F53: no exit code is lost to restarts of the daemon while hundreds of processes end", async () => {
  const oneShot = { command: ["sh", "-c", "sleep $1; exit 7", "sh"], restart: "no" };
  const processes = Object.fromEntries(
    Array.from({ length: 300 }, (_, nth) => {
      const seconds = (1.5 + nth * 0.005).toFixed(3);
      return [`p${nth}`, { ...oneShot, command: [...oneShot.command, seconds] }];
    }),
  );
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  const isOver = async (): Promise<boolean> =>
    (await sandbox.list()).every(({ state }) => state === "failed");
  let restarts = 0;
  while (restarts < 4 || !(await isOver())) {
    await sandbox.ok("daemon", "restart");
    restarts += 1;
  }
  const ended = await sandbox.list();
  expect(ended.filter(({ exitCode }) => exitCode !== 7)).toEqual([]);
});

const BREAKAGES: readonly (readonly [string, (source: string) => void, RegExp])[] = [
  ["is not there any more", (source) => rmSync(source, { recursive: true }), /not found|ENOENT/i],
  [
    "has a log worker that does not load",
    (source) => writeFileSync(join(source, "logs/worker.ts"), "import './nothing.ts';"),
    /nothing\.ts/,
  ],
  [
    "hangs",
    (source) => writeFileSync(join(source, "daemon/main.ts"), "await Bun.sleep(1e9);"),
    /within 5000 ms/,
  ],
];

for (const [what, breakIt, told] of BREAKAGES) {
  test(`F54: a daemon is not replaced by a program that ${what}, and goes on`, async () => {
    await using sandbox = new Sandbox({ processes: { a: sleeper } });
    const source = join(sandbox.root, "installed/src");
    cpSync(resolve(import.meta.dir, "../../src"), source, { recursive: true });
    for (const name of ["package.json", "node_modules"]) {
      symlinkSync(resolve(import.meta.dir, "../..", name), join(source, "..", name));
    }
    startDaemon(sandbox, join(source, "daemon/main.ts"));
    await eventually("the daemon to answer", async () => {
      const { code } = await sandbox.run("daemon", "status");
      return { value: code, done: code === 0 };
    });
    await sandbox.ok("up", "-d");
    await sandbox.ok("daemon", "restart");
    const [before, daemon] = [await sandbox.list(), await sandbox.daemon()];
    breakIt(source);
    const { code, stderr } = await sandbox.run("daemon", "restart");
    expect(code).toBe(4);
    expect(stderr).toMatch(told);
    expect((await sandbox.daemon()).startedAt).toBe(daemon.startedAt);
    expect((await sandbox.list()).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    expect(readdirSync(sandbox.home).filter((name) => name.startsWith("self-test"))).toEqual([]);
  });
}

function startDaemon(sandbox: Sandbox, main: string) {
  const command = [process.execPath, "--config=/dev/null", "--no-env-file", main];
  return Bun.spawn([...command, "--home", sandbox.home], {
    cwd: sandbox.root,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "ignore", "ignore"],
  });
}
