/** Searches of output go on where their worker cannot. */

import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { logPath } from "../../src/logfile/paths.ts";
import { Searches } from "../../src/logs/searches.ts";
import { eventually } from "../e2e/eventually.ts";

test("without the program of its worker, as when that was deleted, output is searched all the same, and the worker not started over and over", async () => {
  const home = mkdtempSync(join(tmpdir(), "procman-searches-"));
  const owner = { project: "shop", process: "api", index: 1 };
  const path = logPath(home, owner, "stdout");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "ready\n");
  const troubles: string[] = [];
  const trouble = (what: string, error: unknown): void => {
    troubles.push(`${what}: ${String(error)}`);
  };
  const searches = new Searches(home, trouble, new URL(`file://${home}/none.ts`));
  try {
    const run = { ...owner, runId: "home-1" };
    const search = searches.search(run, { kind: "log", pattern: "dea" }, false);
    await eventually("the worker to be given up", async () => {
      const value = await search.look();
      return { value, done: troubles.length > 0 };
    });
    writeFileSync(path, "ready\nan idea\n");
    await eventually("the line to be found", async () => {
      const value = await search.look();
      return { value, done: value === "an idea" };
    });
    expect(troubles.length).toBe(1);
    expect(troubles[0]).toContain("search worker: it broke");
  } finally {
    searches.close();
    rmSync(home, { recursive: true });
  }
}, 30_000);
