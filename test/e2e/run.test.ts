/** `run`: an ad-hoc process, held like the foreground holds, known to every other command, and nobody's to take away. */

import { chmodSync, rmSync } from "node:fs";
import { expect, test } from "bun:test";
import type { ActionResult } from "../../src/protocol/shapes.ts";
import { isAlive, Sandbox } from "./sandbox.ts";

const PROJECT = { name: "shop", processes: { api: "sleep 1000", later: "sleep 1000" } };

test("in the foreground it shows the command's own streams and exits with its code", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const rows: (readonly [command: string[], code: number, stdout: string, stderr: string])[] = [
    [["sh", "-c", "echo out; echo $X >&2; pwd"], 0, `out\n${sandbox.directory}\n`, "${Y}\n"],
    [["sh", "-c", "printf partial; exit 7"], 7, "partial", ""],
    [["sh", "-c", "kill -9 $$"], 137, "", ""],
    [["no-such-command"], 127, "", "or give its path"],
    [["web.js"], 127, "", "is started by 'bun web.js'"],
    [["tool.py"], 127, "", "is started by './tool.py' or 'python3 tool.py'"],
    [["./web.js"], 126, "", "'bun ./web.js' does without"],
    [["./procman.json"], 126, "", "chmod"],
  ];
  sandbox.write("web.js", "");
  chmodSync(sandbox.write("tool.py", ""), 0o755);
  for (const [command, code, stdout, stderr] of rows) {
    const ran = await sandbox.run("run", "-q", "-e", "X=${Y}", "--", ...command);
    expect([command, ran.code, ran.stdout]).toEqual([command, code, stdout]);
    if (code < 126) expect(ran.stderr).toBe(stderr);
    else expect(ran.stderr).toContain(stderr);
  }
  // What was never begun is not kept; what was is.
  const names = (await sandbox.list()).map(({ name, state }) => `${name} ${state}`);
  expect(names).toEqual(["sh.1 completed", "sh-2.1 failed", "sh-3.1 failed"]);
  for (const [args, text] of [
    [["run", "sleep", "1"], "after --"],
    [["run", "--restart", "sometimes", "--", "true"], "on-failure"],
    [["run", "--name", "all", "--", "true"], "reserved"],
    [["run", "--env", "X", "--", "true"], "NAME=VALUE"],
  ] as const) {
    const { code, stderr } = await sandbox.run(...args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(text)]);
  }
}, 120_000);

test("Ctrl-C stops it, a second one of the same command shows it without holding", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const command = ["run", "--", "sh", "-c", "echo begun; exec sleep 1000"];
  const first = sandbox.onTerminal(command);
  await first.says("begun");
  const { pid } = await sandbox.status("sh");
  const second = sandbox.onTerminal(command);
  await second.says("runs already");
  second.type("\u0003");
  expect(await second.exited).toBe(130);
  expect((await sandbox.status("sh")).pid).toBe(pid);
  first.type("\u0003");
  expect(await first.exited).toBe(130);
  expect(await sandbox.status("sh")).toMatchObject({ state: "stopped", reason: null });

  const killed = sandbox.onTerminal(command);
  const again = await sandbox.until("sh", ({ state }) => state === "running");
  process.kill(killed.pid, "SIGKILL");
  await sandbox.until("sh", ({ state }) => state === "stopped");
  expect(isAlive(again.pid!)).toBe(false);
  expect(await sandbox.ok("why", "sh")).toMatch(/because +the foreground command .* terminal/);
}, 120_000);

test("an up or apply of its project leaves it alone, and it is known to the other commands", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const started = await sandbox.ok("run", "-d", "--json", "--", "sleep", "999");
  const [result] = JSON.parse(started) as [ActionResult];
  expect(result).toMatchObject({ id: "shop/sleep.1", action: "run", ok: true, state: "running" });
  await sandbox.ok("run", "-d", "--name", "kept", "--restart", "always", "--", "sleep", "998");
  await sandbox.ok("run", "-d", "--", "true");
  const before = await sandbox.pids();

  await sandbox.okWith({ FRESH: "1" }, "up", "-d", "--update-env", "api");
  sandbox.configure({ name: "shop", processes: { api: "sleep 1000" } });
  const plan: unknown = JSON.parse(await sandbox.ok("apply", "--prune", "--dry-run", "--json"));
  expect(plan).toEqual({ added: [], removed: ["later"], changed: [], unchanged: ["api"] });
  await sandbox.ok("apply", "--prune");
  await sandbox.ok("up", "-d");
  const after = await sandbox.pids();
  expect(after).toMatchObject({ "sleep.1": before["sleep.1"], "kept.1": before["kept.1"] });
  expect((await sandbox.status("true")).state).toBe("completed");
  expect(Object.keys(after).toSorted()).toEqual(["api.1", "kept.1", "sleep.1", "true.1"]);

  sandbox.configure({ name: "shop", processes: { api: "sleep 1000", kept: "sleep 997" } });
  const refused = await sandbox.run("up", "-d");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("down kept")]);
  const taken = await sandbox.run("run", "-d", "--name", "api", "--", "sleep", "1");
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("configuration")]);

  await sandbox.ok("restart", "sleep");
  expect((await sandbox.status("sleep")).pid).not.toBe(before["sleep.1"]!);
  await sandbox.ok("stop", "kept");
  await sandbox.ok("up", "-d");
  expect(await sandbox.status("kept")).toMatchObject({ state: "running", command: "sleep 997" });
  await sandbox.ok("down");
  expect(await sandbox.list()).toEqual([]);
}, 120_000);

test("what cannot be begun leaves nothing behind, in the background neither; what was begun once is kept", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const command = ["run", "-d", "--json", "--", "./tool"];
  const [result] = JSON.parse((await sandbox.run(...command)).stdout) as [ActionResult];
  expect(result).toMatchObject({ ok: false, error: { code: "COMMAND_NOT_FOUND" } });
  expect(await sandbox.list("--all")).toEqual([]);
  chmodSync(sandbox.write("tool", "#!/bin/sh\n"), 0o755);
  await sandbox.ok(...command);
  await sandbox.until("tool", ({ state }) => state === "completed");
  rmSync(`${sandbox.directory}/tool`);
  expect((await sandbox.run(...command)).code).toBe(127);
  expect((await sandbox.status("tool")).state).toBe("failed");
}, 120_000);

test("outside of a project it belongs to adhoc, and plain names find it there", async () => {
  await using sandbox = new Sandbox(null);
  const shown = await sandbox.run("run", "-d", "--", "sleep", "999");
  expect(shown.stderr).toContain("adhoc/sleep.1 started");
  const again = await sandbox.run("run", "-d", "--", "sleep", "999");
  expect(again.stderr).toContain("already running");
  await sandbox.killDaemon();
  await sandbox.ok("stop", "sleep");
  const all = await sandbox.list("--all");
  expect(all.map(({ id, state }) => `${id} ${state}`)).toEqual(["adhoc/sleep.1 stopped"]);
  expect((await sandbox.run("down")).code).toBe(2);
  await sandbox.ok("down", "adhoc/sleep");
  expect(await sandbox.list("--all")).toEqual([]);
}, 120_000);
