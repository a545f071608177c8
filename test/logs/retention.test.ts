/** Which log files a sweep deletes, and which it keeps. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweepLogs } from "../../src/logs/retention.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let logs = "";

beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), "procman-retention-"));
});
afterEach(() => rmSync(logs, { recursive: true }));

/** A log file of so many days ago, with its index. */
function write(project: string, name: string, days: number): string {
  const path = join(logs, project, name);
  mkdirSync(join(logs, project, ".index"), { recursive: true });
  writeFileSync(path, "x\n");
  writeFileSync(join(logs, project, ".index", String(statSync(path).ino)), "");
  const at = (Date.now() - days * DAY_MS) / 1000;
  utimesSync(path, at, at);
  return path;
}

const kept = (log: string, maxAgeMs: number | null) => ({ log, maxFiles: 5, maxAgeMs });

test("of a known process rotated files that are too old go, and the file being written stays however old it is", () => {
  const log = write("shop", "api.1.stdout.log", 30);
  write("shop", "api.1.stdout.log.1", 1);
  write("shop", "api.1.stdout.log.2.zst", 3);
  write("shop", "api.1.stdout.log.3.gz", 30);
  sweepLogs(logs, [kept(log, 2 * DAY_MS)]);
  expect(filesOf("shop")).toEqual(["api.1.stdout.log", "api.1.stdout.log.1"]);
  sweepLogs(logs, [kept(log, null)]);
  expect(filesOf("shop")).toEqual(["api.1.stdout.log", "api.1.stdout.log.1"]);
  expect(readdirSync(join(logs, "shop", ".index")).length).toBe(2);
});

test("what a removed process has left stays for a week after its last word, then all of it goes", () => {
  write("shop", "late.1.stdout.log", 6);
  write("shop", "late.1.stdout.log.1", 60);
  write("shop", "gone.1.stdout.log", 8);
  write("shop", "gone.1.stdout.log.2.zst", 60);
  write("old", "gone.2.stderr.log", 8);
  sweepLogs(logs, []);
  expect(filesOf("shop")).toEqual(["late.1.stdout.log", "late.1.stdout.log.1"]);
  expect(existsSync(join(logs, "old"))).toBe(false);
});

test("files that are none of procman's logs are left alone", () => {
  write("shop", "notes.txt", 60);
  write("shop", "api.stdout.log", 60);
  sweepLogs(logs, []);
  expect(filesOf("shop")).toEqual(["api.stdout.log", "notes.txt"]);
});

test("an index whose file was deleted goes, and there may be no logs at all", () => {
  const log = write("shop", "api.1.stdout.log", 0);
  writeFileSync(join(logs, "shop", ".index", "1"), "");
  sweepLogs(logs, [kept(log, null)]);
  expect(readdirSync(join(logs, "shop", ".index"))).toEqual([String(statSync(log).ino)]);
  sweepLogs(join(logs, "missing"), []);
});

function filesOf(project: string): string[] {
  return readdirSync(join(logs, project))
    .filter((name) => name !== ".index")
    .toSorted();
}
