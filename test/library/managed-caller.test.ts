/** A program that procman runs, and that manages processes by the library itself. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { processTable } from "../../src/platform/process-table.ts";
import { eventually, Sandbox } from "../e2e/sandbox.ts";

const CALLER = join(import.meta.dir, "fixtures/caller.ts");

test("F17 F18: what it manages is of its run: no orphan while it lives, and gone when the end of it is told", async () => {
  const command = [process.execPath, CALLER, "stay"];
  await using sandbox = new Sandbox({
    processes: { caller: { command, restart: "no", stop: { timeout: "300ms" } } },
  });
  await sandbox.ok("up", "-d", "--wait");
  const pids = await eventually("the pids", async () => {
    const said = await sandbox.ok("logs", "caller", "--no-prefix");
    return {
      value: said.includes("]") ? (JSON.parse(said) as number[]) : [],
      done: said.includes("]"),
    };
  });
  const left = (): number[] => pids.filter((pid) => processTable.row(pid)?.isZombie === false);
  expect(left()).toHaveLength(3);
  expect(JSON.parse(await sandbox.ok("orphans", "--json"))).toEqual([]);
  const { findings } = JSON.parse((await sandbox.run("doctor", "--json")).stdout) as {
    findings: { check: string; level: string }[];
  };
  expect(findings.find(({ check }) => check === "leftovers")?.level).toBe("ok");

  const { pid } = await sandbox.status("caller");
  process.kill(pid ?? 0, "SIGKILL");
  await sandbox.until("caller", ({ state }) => state === "failed");
  expect(left()).toEqual([]);
}, 60_000);
