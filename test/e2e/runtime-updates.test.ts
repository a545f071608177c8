/** Values changed while things run: `set` and `scale` hold until `down` or `set --unset`, whatever happens meanwhile. */

import { describe, expect, test } from "bun:test";
import type { ActionResult } from "../../src/protocol/shapes.ts";
import { Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };
const processes = { api: { ...sleeper, env: { LEVEL: "info" } }, db: sleeper };

async function restartMax(sandbox: Sandbox): Promise<number> {
  const text = await sandbox.ok("inspect", "api", "--json");
  return (JSON.parse(text) as { config: { restart: { max: number } } }).config.restart.max;
}

test("set restarts the process that feels it, with the value, and no other one", async () => {
  await using sandbox = new Sandbox({
    processes: { ...processes, api: { ...processes.api, instances: 2 } },
  });
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  const results = JSON.parse(
    await sandbox.ok("set", "api", "env.LEVEL=debug", "--json"),
  ) as ActionResult[];
  const pids = await sandbox.pids();
  expect(results).toEqual(
    ["api.1", "api.2"].map((name) => ({
      id: `project/${name}`,
      action: "set",
      ok: true,
      changed: true,
      state: "running",
      pid: pids[name]!,
      error: null,
    })),
  );
  expect(pids["db.1"]).toBe(before["db.1"]);
  expect([pids["api.1"], pids["api.2"]]).not.toEqual([before["api.1"], before["api.2"]]);
  expect(await sandbox.environment("api.2")).toMatchObject({ LEVEL: "debug" });
});

test("a value that needs no restart is in force without one", async () => {
  await using sandbox = new Sandbox({
    processes: { api: { command: "sh -c 'sleep 1000; exit 1'" } },
  });
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  const text = await sandbox.ok("set", "api", "restart.max=10", "restart.policy=always", "--json");
  expect(JSON.parse(text)).toMatchObject([{ ok: true, changed: true, pid: before["api.1"]! }]);
  expect(await restartMax(sandbox)).toBe(10);
  const again = await sandbox.ok("set", "api", "restart.max=10", "--json");
  expect(JSON.parse(again)).toMatchObject([{ ok: true, changed: false }]);
});

describe("what was set holds over", () => {
  test.each<[string, (sandbox: Sandbox) => Promise<unknown>]>([
    ["up", (sandbox) => sandbox.ok("up", "-d")],
    ["up from another terminal", (sandbox) => sandbox.okWith({ A: "2" }, "up", "-d")],
    ["apply", (sandbox) => sandbox.ok("apply", "--prune")],
    [
      "stop and start",
      (sandbox) => sandbox.ok("stop", "all").then(() => sandbox.ok("start", "all")),
    ],
    ["a restart of the daemon", (sandbox) => sandbox.ok("daemon", "restart")],
    ["the daemon's death", (sandbox) => sandbox.killDaemon()],
    ["a stop of the daemon", (sandbox) => sandbox.ok("daemon", "stop")],
  ])("%s", async (_, happens) => {
    await using sandbox = new Sandbox({ processes });
    await sandbox.ok("up", "-d");
    await sandbox.ok("set", "api", "env.LEVEL=debug", "restart.max=10");
    await sandbox.ok("scale", "db=2");
    await happens(sandbox);
    await sandbox.ok("up", "-d");
    expect(await sandbox.environment("api")).toMatchObject({ LEVEL: "debug" });
    expect(await restartMax(sandbox)).toBe(10);
    expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "db.1", "db.2"]);
  });
});

test("an edit of the configuration goes under what was set", async () => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  await sandbox.ok("set", "api", "env.LEVEL=debug");
  sandbox.configure({
    processes: { ...processes, api: { ...sleeper, env: { LEVEL: "warn", NEW: "1" } } },
  });
  await sandbox.ok("apply");
  expect(await sandbox.environment("api")).toMatchObject({ LEVEL: "debug", NEW: "1" });
});

test("--unset takes back one value, all below a key, or everything; down forgets all", async () => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  await sandbox.ok("set", "api", "env.LEVEL=debug", "env.MORE=1", "restart.max=10", "instances=3");
  await sandbox.ok("set", "api", "--unset", "env.LEVEL");
  expect(await sandbox.environment("api")).toMatchObject({ LEVEL: "info", MORE: "1" });
  await sandbox.ok("set", "api", "--unset", "env", "instances");
  expect((await sandbox.environment("api"))["MORE"]).toBeUndefined();
  expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "db.1"]);
  expect(await restartMax(sandbox)).toBe(10);
  await sandbox.ok("set", "api", "--unset");
  expect(await restartMax(sandbox)).toBe(5);

  await sandbox.ok("set", "api", "env.LEVEL=debug");
  await sandbox.ok("scale", "db=2");
  await sandbox.ok("down", "api");
  await sandbox.ok("up", "-d");
  expect(await sandbox.environment("api")).toMatchObject({ LEVEL: "info" });
  expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "db.1", "db.2"]);
  await sandbox.ok("down");
  await sandbox.ok("up", "-d");
  expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "db.1"]);
});

describe("scale is the same as set of instances", () => {
  test("each takes the other's value back, and an up of the edited configuration undoes neither", async () => {
    await using sandbox = new Sandbox({ processes });
    await sandbox.ok("up", "-d");
    await sandbox.ok("scale", "api=3", "db=2");
    sandbox.configure({ processes: { ...processes, api: { ...sleeper, instances: 2 } } });
    await sandbox.ok("up", "-d");
    const names = ["api.1", "api.2", "api.3", "db.1", "db.2"];
    expect(Object.keys(await sandbox.pids())).toEqual(names);
    await sandbox.ok("set", "api", "--unset", "instances");
    await sandbox.ok("set", "db", "instances=1");
    expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "api.2", "db.1"]);
  });

  test("what a configuration may not say cannot be scaled to", async () => {
    await using sandbox = new Sandbox({ processes: { api: sleeper } });
    await sandbox.ok("up", "-d");
    const { code, stderr } = await sandbox.run("scale", "api=1001");
    expect([code, stderr]).toEqual([2, expect.stringContaining("runtime update")]);
    await sandbox.ok("up", "-d");
    expect(Object.keys(await sandbox.pids())).toEqual(["api.1"]);
  });
});

test.each<[readonly string[], number, string]>([
  [["apo", "env.A=1"], 3, "Did you mean 'api'?"],
  [["nowhere/api", "env.A=1"], 3, "nowhere"],
  [["api", "restrat.max=1"], 2, 'Did you mean "restart"?'],
  [["api", "restart.maxx=1"], 2, 'Did you mean "max"?'],
  [["api", "restart.max=many"], 2, "runtime update: processes.api.restart.max"],
  [["api", "instances=0"], 2, "a whole number, 1 to"],
  [["api", "restart.policy=alway"], 2, 'Did you mean "always"?'],
  [["api", "dependsOn.dbb=ready"], 2, 'Did you mean "db"?'],
  [["api", "command=null"], 2, "command"],
  [["api", "env.A"], 2, "--unset"],
  [["api"], 2, "KEY=VALUE"],
  [["api.1", "env.A=1"], 2, "'api' has all its instances"],
  [["all", "env.A=1"], 2, "not the name of a process"],
  [["env.A=1"], 2, "no process was named"],
  [["api", "--unset", "env.LEVL"], 2, "it is not set"],
  [["api", "--unset=env.LEVEL"], 2, "takes no value"],
])("set %j is refused with %d, and changes nothing", async (args, code, text) => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  const refused = await sandbox.run("set", ...args);
  expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(text)]);
  await sandbox.ok("apply");
  expect(await sandbox.pids()).toEqual(before);
  expect(await sandbox.events("--type", "config.changed")).toEqual([]);
});

test("set applies no edit of other processes", async () => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  sandbox.configure({
    processes: { ...processes, db: { ...sleeper, env: { A: "1" } }, more: sleeper },
  });
  await sandbox.ok("set", "api", "env.LEVEL=debug");
  expect(await sandbox.pids()).toEqual({ ...(await sandbox.pids()), "db.1": before["db.1"]! });
  expect(Object.keys(await sandbox.pids())).toEqual(["api.1", "db.1"]);
});

test("set reaches a project from elsewhere, by the files that it was started with", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write("one.json", JSON.stringify({ name: "shop", processes }));
  sandbox.write("two.json", JSON.stringify({ processes: { api: { env: { TWO: "2" } } } }));
  await sandbox.ok("up", "-d", "-f", "one.json", "-f", "two.json");
  await sandbox.ok("set", "shop/api", "env.LEVEL=debug", "-C", sandbox.root);
  await sandbox.ok("set", "api", "env.MORE=1", "-C", sandbox.root, "-p", "shop");
  const text = await sandbox.ok("inspect", "shop/api", "--env", "--json", "-C", sandbox.root);
  const { env } = JSON.parse(text) as { env: Record<string, string> };
  expect(env).toMatchObject({ LEVEL: "debug", TWO: "2", MORE: "1" });
});

test("a process that the configuration no longer has keeps its updates to itself", async () => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  await sandbox.ok("set", "db", "env.A=1");
  const { "api.1": api } = await sandbox.pids();
  sandbox.configure({ processes: { api: processes.api } });
  await sandbox.ok("apply");
  await sandbox.ok("up", "-d");
  expect(await sandbox.environment("db")).toMatchObject({ A: "1" });
  const refused = await sandbox.run("set", "db", "env.A=2");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("no longer in")]);
  await sandbox.ok("apply", "--prune");
  sandbox.configure({ processes });
  await sandbox.ok("up", "-d");
  expect((await sandbox.environment("db"))["A"]).toBeUndefined();
  expect((await sandbox.pids())["api.1"]).toBe(api);
});

test("of updates that come at once none is lost", async () => {
  await using sandbox = new Sandbox({ processes });
  await sandbox.ok("up", "-d");
  const keys = ["env.A=1", "env.B=2", "restart.max=7"];
  const commands = [...keys.map((key) => ["set", "api", key]), ["scale", "api=2"], ["up", "-d"]];
  const codes = await Promise.all(commands.map((args) => sandbox.spawn(args).exited));
  expect(codes).toEqual(commands.map(() => 0));
  await sandbox.ok("up", "-d");
  for (const name of ["api.1", "api.2"]) {
    await sandbox.until(name, ({ state }) => state === "running");
    expect(await sandbox.environment(name)).toMatchObject({ A: "1", B: "2" });
  }
  expect(await restartMax(sandbox)).toBe(7);
});
