/** Emptying a log keeps the place of whoever reads it. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { emptyEach, emptyLog } from "../../src/logfile/emptying.ts";
import { logPath } from "../../src/logfile/paths.ts";
import { StreamReader } from "../../src/logfile/stream-reader.ts";
import { LogFile } from "../../src/logs/log-file.ts";

const owner = { project: "shop", process: "api", index: 1 };
let home = "";
let path = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "procman-emptying-"));
  path = logPath(home, owner, "stdout");
});
afterEach(() => rmSync(home, { recursive: true }));

test.each([
  ["by the one who writes", (file: LogFile) => file.flush()],
  ["by another, while nobody writes", () => emptyLog(path)],
])("emptied %s, a follower goes on where it was, and the rotated files are gone", (_, empty) => {
  const file = new LogFile(path, { maxSizeBytes: 1_000, maxFiles: 3, maxAgeMs: null });
  const reader = new StreamReader({ home, owner, stream: "stdout", place: 0, blockBytes: 4_096 });
  add(file, "one\n");
  file.rotate();
  add(file, "two\n");
  expect(readAll(reader)).toEqual({ lines: ["one", "two"], missedBytes: 0 });
  expect(empty(file)).toBe(true);
  expect(readdirSync(dirname(path)).toSorted()).toEqual([".index", "api.1.stdout.log"]);
  expect(statSync(path).size).toBe(0);
  expect(readAll(reader)).toEqual({ lines: [], missedBytes: 0 });
  add(file, "three\n");
  expect(readAll(reader)).toEqual({ lines: ["three"], missedBytes: 0 });
  expect(readdirSync(join(dirname(path), ".index")).length).toBe(1);
  reader.close();
  file.close();
});

test("what a follower had not read yet is told as missed", () => {
  const file = new LogFile(path, { maxSizeBytes: 1_000, maxFiles: 3, maxAgeMs: null });
  add(file, "one\n");
  file.flush();
  add(file, "two\n");
  const reader = new StreamReader({ home, owner, stream: "stdout", place: 0, blockBytes: 4_096 });
  expect(readAll(reader)).toEqual({ lines: ["two"], missedBytes: 4 });
  reader.close();
  file.close();
});

test("a log that is not there, or has nothing in it, has nothing to empty, and is not made", () => {
  expect(emptyLog(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
});

test("one that cannot be emptied does not keep the others from it", () => {
  const file = new LogFile(path, { maxSizeBytes: 1_000, maxFiles: 3, maxAgeMs: null });
  add(file, "one\n");
  const results = emptyEach(["broken", path], (log) => {
    if (log === "broken") throw new Error("no");
    return emptyLog(log);
  });
  expect(results).toEqual([
    { log: "broken", hadBytes: false, failure: "no" },
    { log: path, hadBytes: true, failure: null },
  ]);
  expect(readFileSync(path, "utf8")).toBe("");
  file.close();
});

function readAll(reader: StreamReader): { lines: string[]; missedBytes: number } {
  const lines: string[] = [];
  for (;;) {
    const block = reader.read(false);
    if (block === null) return { lines, missedBytes: reader.takeMissed() };
    lines.push(...block.bytes.toString().trimEnd().split("\n"));
  }
}

let nowMs = Date.now();
function add(file: LogFile, text: string): void {
  // Far apart, so that each time it is looked whether the file is still there.
  nowMs += 1_000;
  file.begin(nowMs, "home-1");
  file.added(writeSync(file.fd, text, file.offset));
}
