/** What changed and what did not: `up` and `apply` over an edited configuration touch the one and leave the other alone. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };

describe("F69: an edit of one process of fifty leaves the other 49 alone", () => {
  test.each([[["apply"]], [["up", "-d"]]])("%j", async (command) => {
    const processes = Object.fromEntries(
      Array.from({ length: 50 }, (_, nth) => [`p${nth}`, { ...sleeper, env: { NTH: nth } }]),
    );
    await using sandbox = new Sandbox({ processes });
    await sandbox.ok("up", "-d");
    const before = await sandbox.pids();
    sandbox.configure({ processes: { ...processes, p7: { ...sleeper, env: { NTH: "seven" } } } });
    await sandbox.ok(...command);
    const after = await sandbox.until("p7", (it) => it.state === "running" && it.pid !== null);
    expect(after.pid).not.toBe(before["p7.1"] ?? 0);
    expect(await sandbox.pids()).toEqual({ ...before, "p7.1": after.pid });
    expect((await sandbox.environment("p7"))["NTH"]).toBe("seven");
  });
});

test("another order of keys, or another way to write the same, changes nothing", async () => {
  const a = { command: "sleep 1000", restart: "always", env: { A: "1", B: "2" } };
  await using sandbox = new Sandbox({ processes: { a, b: sleeper } });
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  const same = { env: { B: "2", A: "1" }, restart: { policy: "always" }, command: "sleep 1000" };
  sandbox.configure({ processes: { b: "sleep 1000", a: same } });
  const text = await sandbox.ok("apply", "--json");
  expect(JSON.parse(text)).toEqual({ added: [], removed: [], changed: [], unchanged: ["b", "a"] });
  await sandbox.ok("up", "-d");
  expect(await sandbox.pids()).toEqual(before);
});

test("who was given the port of a process that has another one now is restarted with it", async () => {
  const api = { ...sleeper, env: { DATABASE: "127.0.0.1:${db.port}" } };
  const config = (port: number) => ({ processes: { db: { ...sleeper, port }, api, web: sleeper } });
  await using sandbox = new Sandbox(config(40_001));
  await sandbox.ok("up", "-d");
  const before = await sandbox.pids();
  sandbox.configure(config(40_002));
  await sandbox.ok("apply");
  expect(await sandbox.environment("api")).toMatchObject({ DATABASE: "127.0.0.1:40002" });
  expect((await sandbox.pids())["web.1"]).toBe(before["web.1"]);
});

test("what is taken out of the configuration is gone from the environment", async () => {
  await using sandbox = new Sandbox({
    env: { SHARED: "1", KEPT: "1" },
    processes: { a: { ...sleeper, env: { OWN: "1" }, envFile: ".env" } },
  });
  sandbox.write(".env", "FILED=1\n");
  await sandbox.okWith({ CALLER: "1" }, "up", "-d");
  const all = { SHARED: "1", KEPT: "1", OWN: "1", FILED: "1", CALLER: "1" };
  expect(await sandbox.environment("a")).toMatchObject(all);
  sandbox.configure({ env: { KEPT: "1" }, processes: { a: { ...sleeper, envFile: ".env" } } });
  sandbox.write(".env", "");
  await sandbox.ok("apply");
  await sandbox.until("a", ({ state }) => state === "running");
  const names = Object.keys(await sandbox.environment("a"));
  expect(names.filter((name) => name in all).toSorted()).toEqual(["CALLER", "KEPT"]);
});

describe("the same up from another terminal", () => {
  const config = {
    processes: {
      plain: sleeper,
      // Expanded for each run, and when the configuration is read.
      asks: { command: "sleep ${SECONDS_LONG}", env: { FROM: "${WHO}" } },
      lives: { ...sleeper, cwd: "${PLACE}", log: { maxFiles: "${FILES_KEPT}" } },
    },
  };
  const first = { SECONDS_LONG: "1000", WHO: "first", PLACE: "here", FILES_KEPT: "2" };

  test.each([
    ["where everything has another value", { ...first, WHO: "second", PLACE: ".", SHLVL: "3" }],
    ["where nothing of it is set", {}],
  ])("restarts nothing: %s", async (_, other) => {
    await using sandbox = new Sandbox(config);
    mkdirSync(join(sandbox.directory, "here"));
    await sandbox.okWith(first, "up", "-d");
    const before = await sandbox.pids();
    await sandbox.okWith(other, "up", "-d");
    await sandbox.okWith(other, "apply");
    expect(await sandbox.pids()).toEqual(before);
    // A later restart goes by the environment of the first one, too.
    await sandbox.okWith(other, "restart", "asks");
    expect(await sandbox.environment("asks")).toMatchObject({ FROM: "first" });
  });

  test("restarts nothing where a configuration program reads the environment", async () => {
    await using sandbox = new Sandbox(null);
    sandbox.write(
      "procman.config.ts",
      `export default ({ env }) => ({
        name: env.NAME,
        processes: { a: { command: "sleep 1000", env: { FROM: process.env.WHO, TO: env.WHO } } },
      });`,
    );
    await sandbox.okWith({ NAME: "one", WHO: "first" }, "up", "-d");
    const { pid } = await sandbox.status("a");
    await sandbox.okWith({ NAME: "two", WHO: "second" }, "up", "-d");
    expect(await sandbox.list("--all")).toMatchObject([{ id: "one/a.1", pid }]);
    await sandbox.okWith({ NAME: "one", WHO: "second" }, "up", "-d", "--update-env");
    expect(await sandbox.environment("a")).toMatchObject({ FROM: "second", TO: "second" });
  });

  test.each([[["up", "-d"]], [["apply"]]])(
    "renews the caller's environment with --update-env: %j",
    async (command) => {
      await using sandbox = new Sandbox(config);
      mkdirSync(join(sandbox.directory, "here"));
      await sandbox.okWith({ ...first, OLD: "1" }, "up", "-d");
      const before = await sandbox.pids();
      const second = { ...first, WHO: "second", PLACE: ".", NEW: "1" };
      await sandbox.okWith(second, ...command, "--update-env");
      const changed = await sandbox.until(
        "lives",
        ({ pid, state }) => state === "running" && pid !== before["lives.1"],
      );
      expect(changed.cwd).toBe(sandbox.directory);
      await sandbox.until(
        "asks",
        ({ pid, state }) => state === "running" && pid !== before["asks.1"],
      );
      const env = await sandbox.environment("asks");
      expect(env).toMatchObject({ FROM: "second", NEW: "1" });
      expect(env["OLD"]).toBeUndefined();
    },
  );
});

describe("a selection survives a re-apply", () => {
  const processes = { db: sleeper, api: { ...sleeper, dependsOn: ["db"] }, mail: sleeper };

  test("what was not started stays so, changed and new processes included", async () => {
    await using sandbox = new Sandbox({ processes });
    await sandbox.ok("up", "-d", "api");
    const before = await sandbox.pids();
    const mail = { ...sleeper, env: { A: "1" } };
    sandbox.configure({ processes: { ...processes, mail, added: sleeper } });
    const text = await sandbox.ok("apply", "--json");
    expect(JSON.parse(text)).toMatchObject({ added: ["added"], changed: [{ process: "mail" }] });
    expect(await sandbox.pids()).toEqual({ ...before, "added.1": null });
    expect((await sandbox.status("mail")).state).toBe("stopped");
    await sandbox.ok("start", "mail");
    expect(await sandbox.environment("mail")).toMatchObject({ A: "1" });
  });

  test("the profiles that a project was started with stay in force", async () => {
    const profiles = { ci: { processes: ["api"], env: { MODE: "ci" } }, other: ["mail"] };
    await using sandbox = new Sandbox({ processes, profiles });
    await sandbox.ok("up", "-d", "--profile", "ci");
    const before = await sandbox.pids();
    expect(await sandbox.environment("api")).toMatchObject({ MODE: "ci" });
    await sandbox.ok("apply");
    await sandbox.ok("set", "db", "restart.max=9");
    expect(await sandbox.pids()).toEqual(before);
    await sandbox.ok("apply", "--profile", "other");
    await sandbox.until("api", ({ pid, state }) => state === "running" && pid !== before["api.1"]);
    expect((await sandbox.environment("api"))["MODE"]).toBeUndefined();
  });

  test("up of some applies changes of these and of what they depend on, and of no others", async () => {
    await using sandbox = new Sandbox({ processes });
    await sandbox.ok("up", "-d");
    const before = await sandbox.pids();
    const edited = Object.entries(processes).map(([name, it]) => [
      name,
      { ...it, env: { A: "1" } },
    ]);
    sandbox.configure({ processes: Object.fromEntries(edited) });
    await sandbox.okWith({ B: "1" }, "up", "-d", "--update-env", "api");
    expect(await sandbox.pids()).not.toMatchObject({ "api.1": before["api.1"] });
    expect(await sandbox.pids()).not.toMatchObject({ "db.1": before["db.1"] });
    expect(await sandbox.environment("db")).toMatchObject({ A: "1", B: "1" });
    expect(await sandbox.pids()).toMatchObject({ "mail.1": before["mail.1"] });
    await sandbox.ok("up", "-d");
    await sandbox.until("mail", ({ pid }) => pid !== before["mail.1"]);
    expect((await sandbox.environment("mail"))["B"]).toBeUndefined();
  });
});

describe("a configuration that becomes invalid while things run changes nothing", () => {
  test.each([
    ["a misspelt key", '{"processes":{"a":{"command":"sleep 9","evn":{}},"c":"sleep 9"}}'],
    ["broken JSON", '{"processes":{'],
    ["an unknown dependency", '{"processes":{"a":{"command":"sleep 9","dependsOn":["x"]}}}'],
    ["nothing", ""],
  ])("%s", async (_, text) => {
    await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper } });
    await sandbox.ok("up", "-d");
    const before = await sandbox.list();
    sandbox.write("procman.json", text);
    for (const command of [
      ["up", "-d"],
      ["apply", "--prune"],
      ["set", "a", "env.A=1"],
    ]) {
      const { code, stderr } = await sandbox.run(...command);
      expect([code, stderr]).toEqual([2, expect.stringContaining("procman.json")]);
    }
    const identity = ({ id, pid, command }: (typeof before)[number]) => [id, pid, command];
    expect((await sandbox.list()).map(identity)).toEqual(before.map(identity));
    expect(await sandbox.events("--type", "config.changed")).toEqual([]);
  });
});

test("without --prune what the configuration no longer has runs on, with it it is stopped and forgotten", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper } });
  await sandbox.ok("up", "-d");
  const { "a.1": a, "b.1": b } = await sandbox.pids();
  sandbox.configure({ processes: { a: sleeper } });
  expect(JSON.parse(await sandbox.ok("apply", "--json"))).toMatchObject({ removed: ["b"] });
  expect(await sandbox.pids()).toEqual({ "a.1": a!, "b.1": b! });
  await sandbox.ok("apply", "--prune");
  expect(await sandbox.pids()).toEqual({ "a.1": a! });
  expect(sandbox.processes()).not.toContain(b!);
  await sandbox.ok("apply", "--prune");
  expect(await sandbox.pids()).toEqual({ "a.1": a! });
});

test("--dry-run says what would change, changes nothing, and starts no daemon", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper, c: sleeper } });
  const all = { added: ["a", "b", "c"], removed: [], changed: [], unchanged: [] };
  expect(JSON.parse(await sandbox.ok("up", "--dry-run", "--json"))).toEqual(all);
  expect(JSON.parse(await sandbox.ok("apply", "--dry-run", "--json"))).toEqual(all);
  expect(existsSync(join(sandbox.home, "registry.db"))).toBe(false);
  await sandbox.ok("up", "-d");
  const before = await sandbox.list();
  sandbox.configure({ processes: { a: { ...sleeper, env: { A: "1" } }, c: sleeper, d: sleeper } });
  const wanted = {
    added: ["d"],
    removed: ["b"],
    changed: [{ process: "a", keys: ["env"], restarts: true }],
    unchanged: ["c"],
  };
  for (const command of [["up"], ["apply"], ["apply", "--prune"]]) {
    expect(JSON.parse(await sandbox.ok(...command, "--dry-run", "--json"))).toEqual(wanted);
  }
  expect((await sandbox.list()).map(({ id, pid }) => [id, pid])).toEqual(
    before.map(({ id, pid }) => [id, pid]),
  );
});

test("a one-shot that has completed runs again only by another definition", async () => {
  const job = (text: string) => ({ command: `sh -c 'echo ${text} >> out'`, restart: "no" });
  await using sandbox = new Sandbox({ processes: { job: job("one"), a: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.until("job", ({ state }) => state === "completed");
  await sandbox.ok("up", "-d");
  await sandbox.ok("apply");
  expect(sandbox.read("out")).toBe("one\n");
  sandbox.configure({ processes: { job: job("two"), a: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.until("job", ({ state }) => state === "completed");
  expect(sandbox.read("out")).toBe("one\ntwo\n");
});
