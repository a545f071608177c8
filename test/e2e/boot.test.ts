/** After a reboot: nothing is alive, and what comes back is what was up, or what was saved. */

import { Database } from "bun:sqlite";
import { join } from "node:path";
import { expect, test } from "bun:test";
import type { ActionResult } from "../../src/protocol/shapes.ts";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

/** Several daemons come and go in each of these. */
const SLOW_MS = 60_000;
const SLEEPER = "sleep 1000";
const CONFIG = { name: "shop", processes: { db: SLEEPER, api: SLEEPER, mailer: SLEEPER } };

/** As if the machine had lost its power: everything is gone, and the next boot has another id. */
async function reboot(sandbox: Sandbox, foreground: readonly number[] = []): Promise<void> {
  const pids = [...Object.values(await sandbox.pids()), ...foreground];
  // A foreground command that sees its daemon go asks for another one, and one that goes first lets go of what it holds.
  for (const pid of foreground) process.kill(pid, "SIGSTOP");
  await sandbox.ok("daemon", "stop", "--leave-running");
  for (const pid of pids) if (pid !== null) kill(pid);
  await eventually("everything to be gone", async () => ({
    value: pids,
    done: pids.every((pid) => pid === null || !isAlive(pid)),
  }));
  const registry = new Database(join(sandbox.home, "registry.db"));
  registry.run("UPDATE meta SET value = 'another boot' WHERE key = 'boot_id'");
  registry.close();
}

async function resurrected(sandbox: Sandbox, ...args: string[]): Promise<string[]> {
  const results = JSON.parse(await sandbox.ok("resurrect", "--json", ...args)) as ActionResult[];
  return results.filter(({ changed }) => changed).map(({ id }) => id);
}

async function states(sandbox: Sandbox): Promise<Record<string, string>> {
  return Object.fromEntries((await sandbox.list("--all")).map(({ id, state }) => [id, state]));
}

test(
  "after a reboot everything is stopped, until 'resurrect' brings back what was up",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.okWith({ FROM: "the first shell" }, "up", "-d");
    await sandbox.ok("stop", "mailer");
    await reboot(sandbox);
    const { state, reason } = await sandbox.status("api");
    expect([state, reason]).toEqual(["stopped", "machine restarted"]);
    expect(await resurrected(sandbox)).toEqual(["shop/db.1", "shop/api.1"]);
    expect(await states(sandbox)).toEqual({
      "shop/db.1": "running",
      "shop/api.1": "running",
      "shop/mailer.1": "stopped",
    });
    expect((await sandbox.environment("api"))["FROM"]).toBe("the first shell");
    expect(await resurrected(sandbox)).toEqual([]);
  },
  SLOW_MS,
);

test(
  "what was up when the daemon was stopped comes back too, as after an orderly shutdown",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "api", "db");
    await sandbox.ok("daemon", "stop");
    expect(await resurrected(sandbox)).toEqual(["shop/db.1", "shop/api.1"]);

    process.kill((await sandbox.daemon()).pid, "SIGTERM");
    await eventually("the daemon to be gone", async () => {
      const { code } = await sandbox.run("daemon", "status");
      return { value: code, done: code === 4 };
    });
    expect(await resurrected(sandbox)).toEqual(["shop/db.1", "shop/api.1"]);
  },
  SLOW_MS,
);

test(
  "what an operator stops after a reboot, or holds in the foreground before it, stays away",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const held = sandbox.spawn(["up", "mailer"]);
    await sandbox.until("mailer", ({ state }) => state === "running");
    await sandbox.ok("start", "api", "db");
    await reboot(sandbox);
    await held.exited;
    await sandbox.ok("stop", "api");
    expect(await resurrected(sandbox)).toEqual(["shop/db.1"]);
  },
  SLOW_MS,
);

test(
  "a saved set comes back whatever was up last, over edits, until it is forgotten",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "api");
    const saved = JSON.parse(await sandbox.ok("save", "--json")) as unknown;
    expect(saved).toEqual([{ project: "shop", processes: ["api"] }]);
    await sandbox.ok("up", "-d");
    await sandbox.ok("stop", "api");
    await reboot(sandbox);
    expect(await resurrected(sandbox)).toEqual(["shop/api.1"]);

    await sandbox.ok("up", "-d");
    await sandbox.ok("save", "--forget", "-p", "shop");
    await reboot(sandbox);
    expect(await resurrected(sandbox, "-p", "shop")).toHaveLength(3);
  },
  SLOW_MS,
);

test(
  "a project that is not known cannot be saved or resurrected",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    for (const command of ["save", "resurrect"]) {
      const { code, stderr } = await sandbox.run(command, "-p", "nothing");
      expect([code, stderr.includes("Cannot find project 'nothing'")]).toEqual([3, true]);
    }
  },
  SLOW_MS,
);
