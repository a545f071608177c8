/** Commands that nothing waits for, `hooks.afterReady` and `watch.action`: there once, whoever dies meanwhile. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const SLOW_MS = 90_000;

/** Writes down its pid, and stays. */
const notedIn = (name: string): string => `echo $$ >> ${name}; exec sleep 1000`;

async function noted(sandbox: Sandbox, name: string, count: number): Promise<number[]> {
  return eventually(`${count} lines in ${name}`, async () => {
    const isThere = existsSync(join(sandbox.directory, name));
    const value = isThere ? sandbox.read(name).trim().split("\n").map(Number) : [];
    return { value, done: value.length >= count };
  });
}

/** All but the last are gone; how many there were. */
async function onlyTheLast(sandbox: Sandbox, name: string, count: number): Promise<void> {
  const pids = await noted(sandbox, name, count);
  await eventually(`all of ${name} but the last to be gone`, async () => {
    const alive = pids.filter((pid) => isAlive(pid));
    return { value: alive, done: alive.length === 1 };
  });
  expect(pids).toHaveLength(count);
  expect(isAlive(pids.at(-1) ?? 0)).toBe(true);
}

async function noneLeft(sandbox: Sandbox, name: string): Promise<void> {
  const pids = await noted(sandbox, name, 1);
  await eventually(`all of ${name} to be gone`, async () => {
    const alive = pids.filter((pid) => isAlive(pid));
    return { value: alive, done: alive.length === 0 };
  });
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
    sandbox.write("src/a", "1");
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

    sandbox.write("src/a", "12");
    await onlyTheLast(sandbox, "built", 3);
    await sandbox.ok("restart", "web");
    sandbox.write("src/a", "123");
    await onlyTheLast(sandbox, "built", 4);
    await sandbox.ok("stop", "web");
    await noneLeft(sandbox, "built");
    await sandbox.ok("start", "web");
    sandbox.write("src/a", "1234");
    await onlyTheLast(sandbox, "built", 5);
    await sandbox.ok("down");
    await noneLeft(sandbox, "built");
  },
  SLOW_MS,
);
