/** The file side of a stream keeps its count and its descriptor whatever happens to its files. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { IndexFile } from "../../src/logfile/index-file.ts";
import { LogFile } from "../../src/logs/log-file.ts";
import { causeOf } from "../../src/logs/troubles.ts";

let root = "";
let path = "";
const rules = { maxSizeBytes: 100, maxFiles: 2, maxAgeMs: null };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "procman-log-file-"));
  path = join(root, "shop", "a.1.stdout.log");
});
afterEach(() => rmSync(root, { recursive: true }));

test("while its folder cannot be made it says so each time, and its descriptor never becomes that of another", () => {
  const file = new LogFile(path, rules);
  add(file, "one\n");
  rmSync(dirname(path), { recursive: true });
  writeFileSync(dirname(path), "in the way");
  const causes = [0, 1, 2].map(() => failure(() => file.begin(Date.now(), "home-1")));
  const other = new LogFile(join(root, "other", "b.1.stdout.log"), rules);
  other.open();
  expect(new Set(causes).size).toBe(1);
  expect(causes[0]).not.toContain("EBADF");
  expect(other.fd).not.toBe(file.fd);
  rmSync(dirname(path));
  add(file, "two\n");
  expect(readFileSync(path, "utf8")).toBe("two\n");
  expect(baseOf(path)).toBe("one\n".length);
  expect(readFileSync(other.path, "utf8")).toBe("");
  file.close();
  other.close();
});

test("a rotation that is interrupted after the renaming is made up for by the next bytes", () => {
  const file = new LogFile(path, rules);
  add(file, "one\n");
  renameSync(path, `${path}.1`); // As far as it came.
  mkdirSync(path); // Why it came no further.
  expect(failure(() => file.begin(Date.now(), "home-1"))).not.toBe("");
  rmSync(path, { recursive: true });
  add(file, "two\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("one\n");
  expect(readFileSync(path, "utf8")).toBe("two\n");
  expect(baseOf(path)).toBe("one\n".length);
  file.close();
});

test("truncated by others, it goes on from its new end, and the count of its stream goes on too", () => {
  const file = new LogFile(path, rules);
  add(file, "one\ntwo\n");
  truncateSync(path, 0);
  add(file, "three\n");
  expect(readFileSync(path, "utf8")).toBe("three\n");
  expect(baseOf(path)).toBe("one\ntwo\n".length);
  file.close();
});

test("an index that is deleted or cannot be made keeps no byte from the file", () => {
  const file = new LogFile(path, rules);
  add(file, "one\n");
  const index = join(dirname(path), ".index");
  rmSync(index, { recursive: true });
  writeFileSync(index, "in the way");
  add(file, "two\n");
  rmSync(index);
  add(file, "three\n");
  add(file, "four\n");
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\nthree\nfour\n");
  expect(baseOf(path)).toBe(0);
  file.close();
});

test("an index does not grow while nothing is written", () => {
  const file = new LogFile(path, rules);
  file.begin(1_000, "home-1");
  const { size } = statSync(indexOf(path));
  for (let nowMs = 2_000; nowMs < 2_100; nowMs += 1) file.begin(nowMs, "home-1");
  expect(statSync(indexOf(path)).size).toBe(size);
  file.close();
});

test("rotated files that are too old are deleted when a run starts, though nothing is rotated", () => {
  const first = new LogFile(path, rules);
  add(first, "one\n");
  first.rotate();
  first.close();
  const second = new LogFile(path, { ...rules, maxAgeMs: -1 });
  second.open();
  expect(existsSync(`${path}.1`)).toBe(false);
  second.close();
});

function add(file: LogFile, text: string): void {
  // Far apart, so that each time it is looked whether the file is still there.
  nowMs += 1_000;
  file.begin(nowMs, "home-1");
  file.added(writeSync(file.fd, text, file.offset));
}
let nowMs = Date.now();

function failure(act: () => void): string {
  try {
    act();
    return "";
  } catch (error) {
    return causeOf(error);
  }
}

function indexOf(log: string): string {
  return join(dirname(log), ".index", String(statSync(log).ino));
}

function baseOf(log: string): number | null {
  return new IndexFile(log, statSync(log).ino).readBase();
}
