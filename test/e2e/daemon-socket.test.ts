/** The daemon's socket: found by every client, whatever its environment, and there again when it was taken away. */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import type { DaemonStatus } from "../../src/protocol/shapes.ts";
import { arrived, connected, connections } from "./connections.ts";
import { Sandbox } from "./sandbox.ts";

// Some wait for the five seconds after which a command or a daemon gives up. What the sandbox sets holds for the first
// file of a test process only.
setDefaultTimeout(60_000);

const sleeper = { command: "sleep 1000" };

type Environment = Record<string, string>;

/** Commands on a home whose path is too long for a socket. */
function longHome(sandbox: Sandbox) {
  const home = join(sandbox.root, "x".repeat(120), "home");
  mkdirSync(dirname(home));
  const run = async (env: Environment, ...args: string[]) => {
    const child = sandbox.spawn(args, { ...env, PROCMAN_HOME: home });
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { stdout, stderr, code };
  };
  return {
    home,
    run,
    socket: () => readFileSync(join(home, "daemon.sock.path"), "utf8"),
    [Symbol.asyncDispose]: async () => void (await run({}, "daemon", "stop")),
  };
}

test("a daemon whose home has a long path is found with and without XDG_RUNTIME_DIR, and leaves nothing behind", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await using long = longHome(sandbox);
  const runtime = join(sandbox.root, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  const pids: number[] = [];
  for (const env of [{ XDG_RUNTIME_DIR: runtime }, {}, { XDG_RUNTIME_DIR: "/proc/nope" }]) {
    const started = await long.run(env, "up", "-d");
    expect(started.stderr).not.toContain("error");
    expect(started.code).toBe(0);
    const { stdout } = await long.run(env, "daemon", "status", "--json");
    pids.push((JSON.parse(stdout) as DaemonStatus).pid);
  }
  expect(new Set(pids).size).toBe(1);
  expect(dirname(dirname(long.socket()))).toBe(runtime);
  expect(lstatSync(long.socket()).mode & 0o777).toBe(0o600);
  const restarted = await long.run({}, "daemon", "restart");
  expect(restarted.code).toBe(0);
  const directory = dirname(long.socket());
  expect((await long.run({}, "daemon", "stop")).code).toBe(0);
  expect(existsSync(directory)).toBe(false);
});

const UNUSABLE: readonly (readonly [string, (sandbox: Sandbox) => string])[] = [
  ["cannot be there", () => "/proc/nope"],
  ["has a long path itself", ({ root }) => made(join(root, "y".repeat(90)))],
  ["is a file", (sandbox) => sandbox.write("file", "")],
];

for (const [what, runtimeOf] of UNUSABLE) {
  test(`a runtime directory that ${what} is passed over for a private one in /tmp`, async () => {
    await using sandbox = new Sandbox({ processes: { a: sleeper } });
    await using long = longHome(sandbox);
    const { code, stderr } = await long.run({ XDG_RUNTIME_DIR: runtimeOf(sandbox) }, "up", "-d");
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    const directory = dirname(long.socket());
    expect(dirname(directory)).toBe("/tmp");
    expect(directory).toStartWith(`/tmp/procman-${process.getuid?.()}-`);
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
  });
}

test("a directory in /tmp that others may enter is not used, and that is said", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await using long = longHome(sandbox);
  await long.run({}, "daemon", "start");
  const directory = dirname(long.socket());
  await long.run({}, "daemon", "stop");
  mkdirSync(directory, { mode: 0o755 });
  try {
    const { code, stderr } = await long.run({}, "up", "-d");
    expect(code).toBe(4);
    expect(stderr).toContain(`Cannot use ${directory}: others may enter it`);
  } finally {
    rmdirSync(directory);
  }
});

const LOSSES: readonly (readonly [string, (socket: string) => void, boolean])[] = [
  ["was removed", (socket) => unlinkSync(socket), false],
  [
    "was replaced by a file",
    (socket) => {
      unlinkSync(socket);
      writeFileSync(socket, "mine");
    },
    true,
  ],
];

for (const [what, lose, keeps] of LOSSES) {
  test(`a socket that ${what} is there again before a command gives up, and waits go on`, async () => {
    await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper } });
    await sandbox.ok("up", "-d");
    const wait = sandbox.spawn(["wait", "a", "--for", "stopped"]);
    await arrived(sandbox, 1);
    const { pid } = await sandbox.daemon();
    const socket = join(sandbox.home, "daemon.sock");
    for (let turn = 0; turn < 2; turn += 1) {
      lose(socket);
      await sandbox.list();
    }
    expect((await sandbox.daemon()).pid).toBe(pid);
    expect(lstatSync(socket).isSocket()).toBe(true);
    const kept = readdirSync(sandbox.home).filter((name) => name.includes("foreign"));
    expect(kept).toHaveLength(keeps ? 2 : 0);
    for (const name of kept) expect(readFileSync(join(sandbox.home, name), "utf8")).toBe("mine");
    // Once with the socket that the wait came by gone, once with that of the daemon's restart.
    await sandbox.ok("daemon", "restart");
    await sandbox.ok("stop", "a");
    expect(await wait.exited).toBe(0);
  });
}

test("a file in the place of the socket is moved aside by a daemon that starts, and that is logged", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  mkdirSync(sandbox.home, { mode: 0o700 });
  writeFileSync(join(sandbox.home, "daemon.sock"), "mine");
  await sandbox.ok("up", "-d");
  const [kept = ""] = readdirSync(sandbox.home).filter((name) => name.includes("foreign"));
  expect(readFileSync(join(sandbox.home, kept), "utf8")).toBe("mine");
  expect(readFileSync(join(sandbox.home, "daemon.log"), "utf8")).toContain(kept);
});

test("who holds the lock of a home where nobody answers is named", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  const { pid } = await sandbox.daemon();
  process.kill(pid, "SIGSTOP");
  try {
    const before = connections(sandbox);
    const answer = sandbox.run("ls");
    await connected(sandbox, before + 1);
    unlinkSync(join(sandbox.home, "daemon.sock"));
    const [silent, { code, stderr }] = await Promise.all([answer, sandbox.run("ls")]);
    expect([code, silent.code]).toEqual([4, 4]);
    expect(stderr).toContain(`pid ${pid} holds its lock`);
    expect(stderr).toContain(`kill -9 ${pid}`);
    expect(silent.stderr).toContain(`kill -9 ${pid}`);
  } finally {
    process.kill(pid, "SIGCONT");
  }
});

function made(directory: string): string {
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}
