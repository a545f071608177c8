/** Procman as process 1 of a container: the daemon, or the command that holds it in the foreground. */

import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { hasNamespaces, Namespace } from "./pid-namespace.ts";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const SOURCE = resolve(import.meta.dir, "../../src");
const COUNT = process.env["PROCMAN_SOAK"] === "1" ? 5_000 : 500;

const orphans = { command: [join(FIXTURES, "orphans.py")] };

function asFirst(sandbox: Sandbox, ...program: string[]): Namespace {
  const [main = "", ...args] = program;
  const command = [process.execPath, "--config=/dev/null", "--no-env-file", join(SOURCE, main)];
  const env = { PATH: process.env["PATH"] ?? "", HOME: sandbox.root, PROCMAN_HOME: sandbox.home };
  return new Namespace([...command, ...args], env, sandbox.directory);
}

async function untilReaped(first: Namespace): Promise<void> {
  await eventually("all zombies to be reaped", async () => {
    const value = await first.zombies();
    return { value, done: value === 0 };
  });
}

test.skipIf(!hasNamespaces)(
  `F21 F22: a daemon that is process 1 reaps every orphan, and takes none of the exit codes of ${COUNT} processes`,
  async () => {
    await using sandbox = new Sandbox({
      concurrency: 32,
      processes: {
        orphans,
        code: {
          command: ["sh", "-c", "exit $((PROCMAN_INSTANCE % 256))"],
          instances: COUNT,
          restart: "no",
        },
      },
    });
    await using first = asFirst(sandbox, "daemon/main.ts", "--home", sandbox.home);
    await eventually("the daemon to answer", async () => {
      const { code } = await sandbox.run("daemon", "status");
      return { value: code, done: code === 0 };
    });
    expect((await sandbox.daemon()).pid).toBe(1);
    await sandbox.ok("up", "-d");
    const ended = await eventually("all to have ended", async () => {
      const value = (await sandbox.list("code")).filter(({ stoppedAt }) => stoppedAt !== null);
      return { value, done: value.length === COUNT };
    });
    const wrong = ended.filter(({ exitCode, instance }) => exitCode !== instance % 256);
    expect(wrong.map(({ name, exitCode }) => `${name}: ${exitCode}`)).toEqual([]);
    await sandbox.ok("stop", "orphans");
    await untilReaped(first);
    // The next program in its place goes on with it.
    await sandbox.ok("daemon", "restart");
    await sandbox.ok("start", "orphans");
    await eventually("it to leave some", async () => {
      const { uptimeMs } = await sandbox.status("orphans");
      return { value: uptimeMs, done: (uptimeMs ?? 0) > 300 };
    });
    await sandbox.ok("stop", "orphans");
    await untilReaped(first);
  },
  SLOW_MS,
);

test.skipIf(!hasNamespaces)(
  "F21: a foreground 'up' that is process 1 reaps every orphan, and ends with SIGTERM like any other",
  async () => {
    await using sandbox = new Sandbox({
      processes: { orphans: { command: [...orphans.command, "100"] }, a: "sleep 1000" },
    });
    await using first = asFirst(sandbox, "cli/main.ts", "up");
    await sandbox.until("a", ({ state }) => state === "running");
    const { logs } = await sandbox.status("orphans");
    await eventually("it to have left a hundred", async () => {
      const value = await Bun.file(logs.stdout)
        .text()
        .catch(() => "");
      return { value, done: value.includes("done") };
    });
    await untilReaped(first);
    expect((await sandbox.status("orphans")).state).toBe("running");
    process.kill(await first.pid, "SIGTERM");
    expect(await first.exited).toBe(143);
  },
  SLOW_MS,
);
