/** `restart.onGiveUp: "exec:…"`: what is run when a process has failed for good. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

function crasher(onGiveUp: string, more: object = {}) {
  return { command: "sh -c 'exit 3'", restart: { policy: "no", onGiveUp }, ...more };
}

function written(sandbox: Sandbox, name: string): Promise<null> {
  return eventually(`the command to write ${name}`, async () => ({
    value: null,
    done: existsSync(join(sandbox.directory, name)),
  }));
}

test("the command runs as the process would, with its environment, and is told why", async () => {
  const line =
    'exec:echo "${TEAM} $PROCMAN_PROCESS $PROCMAN_REASON" > part; env > env.part; mv env.part env; mv part said';
  await using sandbox = new Sandbox({
    processes: { api: crasher(line, { env: { TEAM: "ops" } }) },
  });
  await sandbox.run("up", "-d");
  await written(sandbox, "said");
  expect(sandbox.read("said")).toBe("ops api exited with code 3\n");
  expect(sandbox.read("env")).not.toContain("PROCMAN_RUN_ID");
  expect(await sandbox.events("--type", "hook.failed")).toEqual([]);
});

test("one that goes wrong is told of, and changes nothing else", async () => {
  await using sandbox = new Sandbox({
    processes: { api: crasher("exec:echo no broom >&2; exit 7"), db: { command: "sleep 1000" } },
  });
  await sandbox.run("up", "-d");
  const [event] = await eventually("the failure to be told", async () => {
    const events = await sandbox.events("--type", "hook.failed");
    return { value: events, done: events.length > 0 };
  });
  expect(event).toMatchObject({
    process: "api",
    data: { hook: "restart.onGiveUp", reason: "exited with code 7: no broom" },
  });
  expect(Object.keys(await sandbox.pids())).toContain("db.1");
});

test("those that are stopped with it say why, until they are started again", async () => {
  const sleeper = { command: "sleep 1000" };
  await using sandbox = new Sandbox({
    processes: {
      db: crasher("stop-dependents"),
      api: { ...sleeper, dependsOn: { db: "started" } },
      web: { ...sleeper, dependsOn: { db: { condition: "started", required: false } } },
      other: sleeper,
    },
  });
  await sandbox.run("up", "-d");
  const reason = "db has failed for good, and its restart.onGiveUp is stop-dependents";
  for (const name of ["api", "web"]) {
    const status = await sandbox.until(name, ({ state }) => state === "stopped");
    expect(status.reason).toBe(reason);
  }
  expect(await sandbox.ok("why", "api")).toContain(`because  ${reason}`);
  expect(await sandbox.status("other")).toMatchObject({ state: "running", reason: null });
  await sandbox.ok("up", "web", "--no-deps", "-d");
  await sandbox.ok("stop", "web");
  expect(await sandbox.status("web")).toMatchObject({ state: "stopped", reason: null });
}, 30_000);

test("one that writes after the daemon was killed goes on to its end", async () => {
  const line =
    "touch begun; until [ -e go ]; do sleep 0.02; done; echo out; echo err >&2; touch done";
  await using sandbox = new Sandbox({ processes: { api: crasher(`exec:${line}`) } });
  await sandbox.run("up", "-d");
  await written(sandbox, "begun");
  await sandbox.killDaemon();
  sandbox.write("go", "");
  await written(sandbox, "done");
});
