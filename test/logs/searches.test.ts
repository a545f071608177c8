/** Searches of output go on where their worker cannot. */

import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { logPath } from "../../src/logfile/paths.ts";
import { Searches } from "../../src/logs/searches.ts";
import { logAttempt } from "../../src/platform/probes/log.ts";
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
      const value = (await search.look()).line;
      return { value, done: troubles.length > 0 };
    });
    writeFileSync(path, "ready\nan idea\n");
    await eventually("the line to be found", async () => {
      const value = (await search.look()).line;
      return { value, done: value === "an idea" };
    });
    expect(troubles.length).toBe(1);
    expect(troubles[0]).toContain("search worker: it broke");
  } finally {
    searches.close();
    rmSync(home, { recursive: true });
  }
}, 30_000);

test("a probe is told of a line that its expression is given up on, and of those after it", async () => {
  const home = mkdtempSync(join(tmpdir(), "procman-searches-"));
  const owner = { project: "shop", process: "api", index: 1 };
  const path = logPath(home, owner, "stdout");
  mkdirSync(dirname(path), { recursive: true });
  const searches = new Searches(home, () => {});
  try {
    const check = { kind: "log", pattern: "^(a+)+$" } as const;
    const search = searches.search({ ...owner, runId: "home-1" }, check, false);
    const attempt = logAttempt(check, "ready", search, (text) => text);
    const end = new AbortController().signal;
    writeFileSync(path, "");
    expect((await search.look()).line).toBeNull();
    appendFileSync(path, `${"a".repeat(40)}b\n`);
    expect(await attempt(end)).toMatchObject({
      passed: false,
      text: "no line matches /^(a+)+$/; JavaScript gives it up on a line of 41 characters",
    });
    appendFileSync(path, "aaa\n");
    expect(await attempt(end)).toMatchObject({ passed: true, text: "it wrote: aaa" });
  } finally {
    searches.close();
    rmSync(home, { recursive: true });
  }
}, 60_000);
