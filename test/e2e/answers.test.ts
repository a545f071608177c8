/** What commands answer people and scripts: words that fit what was done, and ways on where something is wrong. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

// In each file: what the sandbox sets holds for the file alone that is the first to load it.
setDefaultTimeout(60_000);

const sleeper = { command: "sleep 1000" };

test("the command without a command answers in JSON when asked to, and says why when it cannot", async () => {
  await using sandbox = new Sandbox(null);
  for (const args of [["--json"], ["--help", "--json"], ["--version", "--json"]]) {
    expect(JSON.parse(await sandbox.ok(...args))).toHaveProperty("version");
  }
  expect(JSON.parse(await sandbox.ok("up", "--help", "--json"))).toHaveProperty("flags");
  for (const [line, says] of [
    ["-x", "-x: there is no such flag"],
    ["apply web", "'web': apply takes no names"],
    ["health --format xml", "'xml'\n  It is one of table, junit, github"],
  ] as const) {
    const { code, stderr } = await sandbox.run(...line.split(" "));
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  }
});

/** What a command says to people, pids aside. */
async function said(sandbox: Sandbox, ...args: string[]): Promise<string[]> {
  const { stderr } = await sandbox.run(...args);
  return stderr
    .replaceAll(/pid \d+/g, "pid N")
    .trimEnd()
    .split("\n");
}

describe("one project", () => {
  test("is waited for, and down twice", async () => {
    const slow = { ...sleeper, ready: { exec: "false" } };
    await using sandbox = new Sandbox({ processes: { slow } });
    await sandbox.ok("up", "-d");
    const waited = await sandbox.run("wait", "slow", "--timeout", "50ms", "--json");
    expect(waited.code).toBe(124);
    const { error } = JSON.parse(waited.stderr);
    expect(error.details.results).toMatchObject([
      { ok: false, error: { code: "OPERATION_TIMEOUT" } },
    ]);
    await sandbox.ok("down", "--timeout", "1s");
    for (const target of [[], ["slow"], ["all"]]) {
      const { code, stderr } = await sandbox.run("down", ...target);
      expect([code, stderr]).toEqual([0, "Nothing runs here.\n"]);
    }
  });

  test.each(["start a", "restart all", "events -n 3"])(
    "that is down is no bug for '%s', and leads to up",
    async (line) => {
      await using sandbox = new Sandbox({ name: "p", processes: { a: sleeper, b: sleeper } });
      // Something that the daemon stays for.
      await sandbox.ok("-p", "adhoc", "run", "-d", "--", "sleep", "1000");
      await sandbox.ok("up", "-d");
      await sandbox.ok("down");
      const { code, stderr } = await sandbox.run(...line.split(" "));
      expect([code, stderr]).toEqual([2, expect.stringContaining("'procman up' starts the one")]);
      expect(stderr).toStartWith("error: Cannot find a project that runs in ");
    },
  );

  test("says what an edit does to each process, before and after", async () => {
    const processes = { web: { ...sleeper, env: { A: "1" } }, py: sleeper, same: sleeper };
    await using sandbox = new Sandbox({ name: "p", processes });
    await sandbox.ok("up", "-d");
    const leftOver =
      "! py is no longer in the configuration; 'procman apply --prune' stops and forgets it";
    sandbox.configure({
      name: "p",
      processes: { web: { ...sleeper, port: 4555 }, same: sleeper, more: sleeper },
    });
    expect((await said(sandbox, "restart", "web")).at(-1)).toBe(
      "The configuration has changed since: 'procman apply' takes it over.",
    );
    expect(await said(sandbox, "restart", "same")).toEqual(["p/same.1 restarted (pid N)"]);
    const dry = ["+ more", "~ web  env, port none -> 4555  (restarts)", leftOver, ""];
    expect((await sandbox.ok("apply", "--dry-run")).split("\n")).toEqual(dry);
    expect(await said(sandbox, "apply")).toContain("p/web.1 restarted (env, port changed, pid N)");
    expect(await sandbox.status("py")).toMatchObject({ reason: "not in the configuration" });
    expect(await said(sandbox, "up", "-d")).toContain(leftOver);
    expect(await sandbox.ok("apply", "--prune", "--dry-run")).toBe("- py\n");
    expect(await said(sandbox, "apply", "--prune")).toEqual(["p/py.1 stopped and forgotten"]);
    expect(await sandbox.ok("apply")).toBe("Nothing changes.\n");
  });

  test("says what another environment of the caller does", async () => {
    await using sandbox = new Sandbox({ name: "p", processes: { e: sleeper, slow: sleeper } });
    await sandbox.ok("up", "-d");
    const env = { STAGE: "other" };
    const dry = await sandbox.okWith(env, "apply", "--update-env", "--dry-run");
    expect(dry).toBe("~ e  environment  (restarts)\n~ slow  environment  (restarts)\n");
    const json = await sandbox.okWith(env, "apply", "--update-env", "--dry-run", "--json");
    const renewed = { keys: ["environment"], restarts: true };
    expect(JSON.parse(json)).toMatchObject({
      changed: [
        { process: "e", ...renewed },
        { process: "slow", ...renewed },
      ],
      unchanged: [],
    });
    const { stderr } = await sandbox.runWith(env, "apply", "--update-env");
    expect(stderr).toMatch(/^p\/e\.1 restarted \(environment changed, pid \d+\)$/m);
  });

  test("has a word for each result", async () => {
    const bad = { command: "there-is-none", restart: "no" };
    const processes = { worker: sleeper, once: { command: "true", restart: "no" }, bad };
    await using sandbox = new Sandbox({ name: "p", processes });
    const started = await said(sandbox, "up", "-d", "--wait");
    expect(started).toContain("p/worker.1 is ready (pid N)");
    expect(started).toContain("p/once.1 completed");
    expect(await said(sandbox, "reset", "worker")).toEqual([
      "p/worker.1 restart count cleared (pid N)",
    ]);
    expect(await said(sandbox, "scale", "worker=2")).toEqual([
      "p/worker.1 already running (pid N)",
      "p/worker.2 started (pid N)",
    ]);
    expect(await said(sandbox, "scale", "worker=1")).toContain("p/worker.2 stopped and removed");
    const counted = await said(sandbox, "scale", "bad=3");
    expect(counted.at(-1)).toBe("! 3 of 3 are failed: see 'procman ls'");
    expect(await said(sandbox, "wait", "once", "--for", "succeeded")).toEqual([
      "p/once.1 already completed",
    ]);
    expect((await sandbox.ok("config", "check")).trim()).toEndWith(
      "project p, 3 processes, no problems",
    );
    sandbox.configure({ name: "p", processes: { ...processes, worker: "sleep 999" } });
    expect(await said(sandbox, "up", "-d")).toContain(
      "p/worker.1 restarted (command changed, pid N)",
    );
    expect((await said(sandbox, "down")).slice(-2)).toEqual([
      "p/once.1 forgotten",
      "p/worker.1 stopped and forgotten",
    ]);
  });

  test("is stopped from its ends, and named in that order", async () => {
    const processes = { db: sleeper, api: { ...sleeper, dependsOn: ["db"] }, zed: sleeper };
    await using sandbox = new Sandbox({ name: "p", processes });
    await sandbox.ok("up", "-d");
    const order = (await said(sandbox, "down")).map((line) => line.split(" ")[0]);
    expect(order).toEqual(["p/zed.1", "p/api.1", "p/db.1"]);
  });

  test("starts and restarts until it is ready, when asked to", async () => {
    const ready = { exec: "test -f there", interval: "20ms", within: "20s" };
    await using sandbox = new Sandbox({ name: "p", processes: { slow: { ...sleeper, ready } } });
    await sandbox.ok("up", "-d");
    for (const command of ["restart", "start"]) {
      const { code, stderr } = await sandbox.run(command, "slow", "--wait", "--timeout", "100ms");
      expect([code, stderr]).toEqual([124, expect.stringContaining(`finish ${command} within`)]);
    }
    sandbox.write("there", "");
    await sandbox.ok("restart", "slow", "--wait", "--timeout", "20s");
    const { uptimeMs, ...status } = await sandbox.status("slow");
    expect(status).toMatchObject({ state: "running", ready: true });
    expect(uptimeMs).toSatisfy(Number.isInteger);
    const events = await sandbox.events();
    const told = events.map(({ data }) => data["afterMs"] ?? data["uptimeMs"] ?? 0);
    expect(told).toEqual(told.map((ms) => Math.round(Number(ms))));
  });

  test("is named when it was found further up", async () => {
    await using sandbox = new Sandbox({ name: "p", processes: { a: sleeper } });
    mkdirSync(join(sandbox.directory, "deep"));
    const { stderr } = await sandbox.run("-C", "deep", "up", "-d");
    expect(stderr).toStartWith(`Using ${join(sandbox.directory, "procman.json")}.\n`);
  });
});

test.each([
  ["why", "'procman why NAME'"],
  ["send repl reload now", "'--text now' writes to the input of repl"],
  ["send repl", "or --text T"],
  ["signal api HUP", "The signal comes first: 'procman signal HUP api'."],
  ["signal HOP api", "Did you mean SIGHUP?"],
  ["run node server.js", "'procman run -- node server.js'"],
  ["run node -- server.js", "'procman run -- node server.js'"],
  ["run", "'procman run -- sleep 100'"],
  ["exec db", "'procman exec db -- bun test'"],
  ["port", "Cannot look: no port was given"],
  ["export", "Cannot export: no format was named"],
  ["adopt 4242", "'procman adopt 4242 --name NAME'"],
  ["attach", "'procman attach NAME'"],
  ["set api", "'procman set NAME KEY=VALUE'"],
])("'%s' leads to a line that is right: %s", async (line, says) => {
  await using sandbox = new Sandbox({ processes: { api: sleeper } });
  const { code, stderr } = await sandbox.run(...line.split(" "));
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test("what was asked for wrongly is answered with what there is", async () => {
  const processes = { web: sleeper, nocmd: { command: "there-is-none", restart: "no" } };
  await using sandbox = new Sandbox({ name: "p", groups: { back: ["web"] }, processes });
  await sandbox.run("up", "-d");
  const slips = [
    ["ls @x", 3, "There is @back."],
    ["ls @bakc", 3, "Did you mean '@back'?"],
    ["start ./web", 3, "'procman ls' shows the processes; -f FILE takes another configuration."],
    ["start ./web.yaml", 3, "'procman up -f ./web.yaml' starts what it describes;"],
    [
      "start ecosystem.config.js",
      3,
      "'procman init --from ecosystem.config.js' is for another tool's.",
    ],
    ["start x", 3, "There is web, nocmd."],
    [
      "start server.js",
      3,
      "'procman run -- server.js' runs what is not configured, with its interpreter before it if need be.",
    ],
    ["scale web 3", 2, "Say NAME=N: 'procman scale web=3'."],
    ["scale web", 2, "Say NAME=N: 'procman scale worker=3'."],
    ["send", 2, `procman send worker '{"cmd":"reload"}'`],
    ["send web", 2, `'{"cmd":"reload"}' in single quotes, or --text T.`],
    ["completion", 2, "Cannot write the script: no shell was named"],
    ["resurrect", 0, "Nothing to start: all that is to come back is up."],
    ["wait nocmd", 1, "See 'procman inspect nocmd'."],
    ["events --type proces.*", 2, "Did you mean 'process.*'?"],
    ["events --type foo", 2, "health.*, resource.*, watch.*, schedule.*, scale.*"],
    ["events -n abc", 2, "--lines abc: it takes a number"],
    ["logs -n abc", 2, "--lines abc: it takes a number of lines"],
  ] as const;
  for (const [line, status, hint] of slips) {
    const { code, stderr } = await sandbox.run(...line.split(" "));
    expect([line, code, stderr]).toEqual([line, status, expect.stringContaining(hint)]);
  }
  const { stderr } = await sandbox.run("up", "-d");
  expect(stderr).toContain("error: Cannot start p/nocmd.1: 'there-is-none' is not to be found");
});

test("of two projects in a directory the one of its configuration is meant, and others are named by their files", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  sandbox.write("other.json", JSON.stringify({ processes: { b: sleeper } }));
  await sandbox.ok("up", "-d");
  await sandbox.ok("up", "-d", "-f", "other.json");
  expect((await sandbox.list()).map(({ process }) => process)).toEqual(["a"]);
  expect((await sandbox.list("-f", "other.json")).map(({ process }) => process)).toEqual(["b"]);
  rmSync(join(sandbox.directory, "procman.json"));
  const { code, stderr } = await sandbox.run("ls");
  expect(code).toBe(2);
  expect(stderr).toMatch(/is meant: project \(procman\.json\), project-\w{4} \(other\.json\)\n/);
});

test("a configuration without processes is no good one", async () => {
  await using sandbox = new Sandbox({ name: "p" });
  const { code, stderr } = await sandbox.run("config", "check");
  expect(code).toBe(2);
  expect(stderr).toContain("it has no processes\n  They belong under `processes`.");
});

test("events are the last ones, unless more are asked for", async () => {
  const b = { ...sleeper, instances: 2, groups: ["side"] };
  await using sandbox = new Sandbox({ name: "p", processes: { a: sleeper, b } });
  await sandbox.ok("up", "-d");
  for (let time = 0; time < 12; time += 1) await sandbox.ok("restart", "a");
  const lines = async (...args: string[]): Promise<string[]> =>
    (await sandbox.ok("events", ...args)).trimEnd().split("\n");
  const all = await lines("--since", "1h");
  expect(all.length).toBeGreaterThan(60);
  expect(await lines()).toEqual(all.slice(-50));
  expect(await lines("-n", "3")).toEqual(all.slice(-3));
  expect(all.at(-1)).toMatch(/^\d\d:\d\d:\d\d {2}a {4}is ready( after \d+ ms)?$/);
  const exits = all.filter((line) => line.includes("was ended by SIGTERM after"));
  expect(await lines("--tail", "5", "--type", "process.exited")).toEqual(exits.slice(-5));
  expect(await lines("a", "-n", "5")).toEqual(all.slice(-5));
  expect(await lines("@side", "-n", "1")).toEqual([expect.stringMatching(/ b\.\d +is ready/)]);
  expect((await lines("b.2")).every((line) => line.includes("  b.2  "))).toBeTrue();
  expect((await sandbox.run("events", "c")).code).toBe(3);
});

test("several are inspected at once, in the words of the configuration", async () => {
  const processes = {
    web: { ...sleeper, restart: "always", env: { B: "1", A: "2" } },
    py: sleeper,
  };
  await using sandbox = new Sandbox({ name: "p", processes });
  await sandbox.ok("up", "-d");
  const text = await sandbox.ok("inspect", "web", "py", "--env");
  expect(text).toContain("configuration:\n  command: sleep 1000\n  restart: always\n\n");
  expect(text).toMatch(/^  A +2\n  B +1\n/m);
  expect(text).toMatch(/^  \d\d:\d\d:\d\d  is ready( after \d+ ms)?$/m);
  expect(text).toMatch(/^p\/py\.1$/m);
  expect(text).not.toMatch(/null|false|\{/);
  const all = JSON.parse(await sandbox.ok("inspect", "all", "--json")) as unknown[];
  expect(all).toHaveLength(2);
  expect(JSON.parse(await sandbox.ok("inspect", "py", "--json"))).toHaveProperty("status");
});
