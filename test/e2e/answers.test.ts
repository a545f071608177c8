/** What commands answer people and scripts: words that fit what was done, and ways on where something is wrong. */

import { describe, expect, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };

test("the command without a command answers in JSON when asked to, and says why when it cannot", async () => {
  await using sandbox = new Sandbox(null);
  for (const args of [["--json"], ["--help", "--json"], ["--version", "--json"]]) {
    expect(JSON.parse(await sandbox.ok(...args))).toHaveProperty("version");
  }
  expect(JSON.parse(await sandbox.ok("up", "--help", "--json"))).toHaveProperty("flags");
  const { code, stderr } = await sandbox.run("-x");
  expect([code, stderr]).toEqual([2, expect.stringContaining("-x: there is no such flag")]);
});

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
});
