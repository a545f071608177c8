/** `restart`: what is named, and of all or a group what is meant to be up. */

import { expect, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };

test("all, a group and a glob restart what is meant to be up; what is named is restarted in any case", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    groups: { quiet: ["stopped", "later"] },
    processes: {
      api: sleeper,
      crash: { command: "false", restart: { backoff: { initial: "1h", max: "1h" } } },
      fails: { command: "false", restart: "no", ready: { after: "1h" }, fallback: "spare" },
      spare: sleeper,
      idle: { ...sleeper, fallback: "unused" },
      unused: sleeper,
      once: { command: "true", restart: "no" },
      stopped: sleeper,
      later: { ...sleeper, autostart: false },
      off: { ...sleeper, disabled: true },
    },
  });
  await sandbox.run("up", "-d");
  await sandbox.until("spare", ({ state }) => state === "running");
  await sandbox.ok("stop", "stopped");
  const spare = await sandbox.status("spare");
  const restarted = async (...targets: string[]): Promise<string[]> => {
    const { stdout } = await sandbox.run("restart", ...targets, "--json");
    const results = JSON.parse(stdout) as { id: string }[];
    return results.map(({ id }) => id.slice("shop/".length));
  };
  expect(await restarted("all")).toEqual(["api.1", "crash.1", "fails.1", "idle.1"]);
  const states = Object.fromEntries((await sandbox.list()).map((it) => [it.process, it.state]));
  expect(states).toMatchObject({
    unused: "stopped",
    once: "completed",
    stopped: "stopped",
    later: "stopped",
    off: "stopped",
  });
  // It goes on standing in: what it stands in for has failed again.
  expect(await sandbox.status("spare")).toMatchObject({
    pid: spare.pid,
    degraded: "stands in for fails",
  });
  expect(await restarted("@quiet")).toEqual([]);
  expect((await sandbox.run("restart", "@quiet")).stderr).toContain("Nothing of it is up");
  expect(await restarted("*e", "once", "later")).toEqual(["idle.1", "once.1", "later.1"]);
  for (const action of ["start", "restart"]) {
    const { code, stderr } = await sandbox.run(action, "off");
    expect([code, stderr]).toEqual([1, expect.stringContaining("disabled in the configuration")]);
  }
}, 120_000);

test("ad-hoc processes are listed after those of the configuration, whatever is edited", async () => {
  await using sandbox = new Sandbox({ processes: { b: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.ok("run", "-d", "--name", "mine", "--", "sleep", "1000");
  sandbox.configure({ processes: { c: sleeper, a: sleeper, b: sleeper } });
  await sandbox.ok("up", "-d");
  expect((await sandbox.list()).map((it) => it.process)).toEqual(["c", "a", "b", "mine"]);
  await sandbox.ok("stop", "mine");
  sandbox.configure({ processes: { mine: sleeper, b: sleeper } });
  await sandbox.ok("apply");
  expect((await sandbox.list()).map((it) => it.process)).toEqual(["mine", "b", "c", "a"]);
}, 120_000);
