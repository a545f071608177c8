/** Commands that nothing waits for, `hooks.afterReady` and `watch.action`: there once, whoever dies meanwhile. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const SLOW_MS = 90_000;

/** Writes down its pid, and stays. */
const notedIn = (name: string): string => `echo $$ >> ${name}; exec sleep 1000`;

/** Those that were ever there, and those that still are. */
function pidsIn(sandbox: Sandbox, name: string) {
  const isThere = existsSync(join(sandbox.directory, name));
  const all = isThere ? sandbox.read(name).trim().split("\n").map(Number) : [];
  return { all, alive: all.filter((pid) => isAlive(pid)) };
}

async function onlyTheLast(sandbox: Sandbox, name: string, count: number): Promise<void> {
  const { all, alive } = await eventually(
    `the ${count}. of ${name} to be there alone`,
    async () => {
      const value = pidsIn(sandbox, name);
      return { value, done: value.all.length >= count && value.alive.length === 1 };
    },
  );
  expect([all.length, alive]).toEqual([count, all.slice(-1)]);
}

async function noneLeft(sandbox: Sandbox, name: string): Promise<void> {
  await eventually(`all of ${name} to be gone`, async () => {
    const { alive } = pidsIn(sandbox, name);
    return { value: alive, done: alive.length === 0 };
  });
}

/** At once, so that it is one change however slow the machine is. */
function edit(sandbox: Sandbox, text: string): void {
  renameSync(sandbox.write("edited", text), join(sandbox.directory, "src/a"));
}

test(
  "one that is cut off with the daemon is run again once, and then told of; none is there twice, or without its process",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        api: {
          command: "exec sleep 1000",
          restart: "no",
          hooks: {
            afterReady: { command: notedIn("warmed"), timeout: "10m", onFailure: "fail" },
          },
        },
        web: {
          command: "exec sleep 1000",
          watch: { paths: ["src"], action: `exec:${notedIn("built")}`, debounce: "20ms" },
        },
      },
    });
    mkdirSync(join(sandbox.directory, "src"));
    await sandbox.ok("up", "-d");
    edit(sandbox, "1");
    await onlyTheLast(sandbox, "built", 1);
    await onlyTheLast(sandbox, "warmed", 1);

    await sandbox.killDaemon();
    await onlyTheLast(sandbox, "built", 2);
    await onlyTheLast(sandbox, "warmed", 2);

    await sandbox.ok("daemon", "restart");
    await sandbox.until("api", ({ state }) => state === "failed");
    await noneLeft(sandbox, "built");
    await noneLeft(sandbox, "warmed");
    const reason = "was cut off with the daemon for the second time, and is not run again";
    const told = (await sandbox.events("--type", "hook.failed")).map(({ data }) => data);
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({ hook: "watch.action", reason });
    expect(told).toContainEqual({ hook: "hooks.afterReady", reason });

    edit(sandbox, "12");
    await onlyTheLast(sandbox, "built", 3);
    await sandbox.ok("restart", "web");
    edit(sandbox, "123");
    await onlyTheLast(sandbox, "built", 4);
    await sandbox.ok("stop", "web");
    await noneLeft(sandbox, "built");
    await sandbox.ok("start", "web");
    edit(sandbox, "1234");
    await onlyTheLast(sandbox, "built", 5);
    await sandbox.ok("down");
    await noneLeft(sandbox, "built");
  },
  SLOW_MS,
);
