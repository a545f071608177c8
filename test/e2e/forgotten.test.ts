/** What was forgotten, or is: said as it is, and with the way back. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

setDefaultTimeout(60_000);

const sleeper = { command: "sleep 1000" };

test("who names a process that was forgotten is led to what brings it up", async () => {
  await using sandbox = new Sandbox({ name: "p", processes: { api: sleeper, noisy: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.ok("down", "noisy");
  for (const line of ["start noisy", "restart noisy --wait", "why noisy"]) {
    const { code, stderr } = await sandbox.run(...line.split(" "));
    const hint = expect.stringContaining("'procman up noisy' starts it");
    expect([line, code, stderr]).toEqual([line, 3, hint]);
  }
  expect((await sandbox.run("start", "nois")).stderr).not.toContain("up nois");
  await sandbox.ok("up", "-d", "noisy");
  await sandbox.ok("start", "noisy");
});

test("what had ended before it was pruned was not stopped", async () => {
  const failed = { command: ["sh", "-c", "exit 3"], restart: "no" };
  await using sandbox = new Sandbox({
    name: "p",
    processes: { api: sleeper, old: sleeper, failed },
  });
  await sandbox.ok("up", "-d");
  await sandbox.until("failed", ({ state }) => state === "failed");
  sandbox.configure({ name: "p", processes: { api: sleeper } });
  const { stderr } = await sandbox.run("apply", "--prune");
  expect(stderr.trimEnd().split("\n").toSorted()).toEqual([
    "p/failed.1 forgotten",
    "p/old.1 stopped and forgotten",
  ]);
});
