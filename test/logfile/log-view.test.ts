/** Views of logs: in the order of time, from where was asked, over whatever happens to the files. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LogFile } from "../../src/logs/log-file.ts";
import { logView, type LogViewOptions } from "../../src/logfile/log-view.ts";
import { logPath, type LogOwner, type LogStream } from "../../src/logfile/paths.ts";

const api: LogOwner = { project: "shop", process: "api", index: 1 };
const web: LogOwner = { project: "shop", process: "web", index: 1 };
const rules = { maxSizeBytes: 30, maxFiles: 3, maxAgeMs: null };

let home = "";
const files = new Map<string, LogFile>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "procman-view-"));
});

afterEach(() => {
  for (const file of files.values()) file.close();
  files.clear();
  rmSync(home, { recursive: true });
});

/** Writes as the log worker does, at a time of the test's own. */
function write(owner: LogOwner, stream: LogStream, timeMs: number, text: string): void {
  const path = logPath(home, owner, stream);
  const file = files.get(path) ?? new LogFile(path, rules);
  files.set(path, file);
  if (file.isDue() && file.endsLine()) file.rotate();
  file.begin(timeMs, "run-1");
  file.added(writeSync(file.fd, text, file.offset));
}

async function lines(options: Partial<LogViewOptions> = {}): Promise<string[]> {
  const selections = [api, web].flatMap((owner) =>
    (["stdout", "stderr"] as const).map((stream) => ({ owner, stream, place: null })),
  );
  const view = logView({
    home,
    selections,
    lines: null,
    sinceMs: null,
    untilMs: null,
    follow: false,
    discover: () => [],
    signal: new AbortController().signal,
    ...options,
  });
  const found: string[] = [];
  for await (const batch of view) for (const line of batch.lines) found.push(line.bytes.toString());
  return found;
}

test("lines of several streams come in the order of time", async () => {
  write(api, "stdout", 1_000, "one\n");
  write(web, "stdout", 2_000, "two\n");
  write(api, "stderr", 3_000, "three\n");
  write(api, "stdout", 4_000, "four\n");
  expect(await lines()).toEqual(["one", "two", "three", "four"]);
});

test("the last lines are found over rotated files, of all streams together", async () => {
  for (let nth = 1; nth <= 12; nth += 1) write(api, "stdout", nth * 1_000, `line ${nth} of api\n`);
  write(web, "stdout", 11_500, "web\n");
  expect(await lines({ lines: 3 })).toEqual(["line 11 of api", "web", "line 12 of api"]);
  expect(await lines({ lines: 0 })).toEqual([]);
});

test("a time picks the first line written at or after it, and the last before", async () => {
  for (let nth = 1; nth <= 4; nth += 1) write(api, "stdout", nth * 1_000, `line ${nth}\n`);
  expect(await lines({ sinceMs: 3_000 })).toEqual(["line 3", "line 4"]);
  expect(await lines({ sinceMs: 9_000 })).toEqual([]);
  expect(await lines({ untilMs: 2_000 })).toEqual(["line 1", "line 2"]);
});

test("a lost index costs the times, not the lines", async () => {
  for (let nth = 1; nth <= 6; nth += 1) write(api, "stdout", nth * 1_000, `line ${nth} of api\n`);
  rmSync(join(dirname(logPath(home, api, "stdout")), ".index"), { recursive: true });
  expect(await lines({ lines: 2 })).toEqual(["line 5 of api", "line 6 of api"]);
});

test("a line without an end is shown, and said to be unfinished", async () => {
  write(api, "stdout", 1_000, "done\nnot yet");
  const view = logView({
    home,
    selections: [{ owner: api, stream: "stdout", place: null }],
    lines: null,
    sinceMs: null,
    untilMs: null,
    follow: false,
    discover: () => [],
    signal: new AbortController().signal,
  });
  const shown: [string, boolean][] = [];
  for await (const { lines: batch } of view) {
    for (const { bytes, partial } of batch) shown.push([bytes.toString(), partial]);
  }
  expect(shown).toEqual([
    ["done", false],
    ["not yet", true],
  ]);
});

test("following goes on over rotation, and begins with what is written after it began", async () => {
  write(api, "stdout", 1_000, "before\n");
  const ending = new AbortController();
  const wanted = Array.from({ length: 20 }, (_, nth) => `line ${nth} of the follower`);
  const view = logView({
    home,
    selections: [{ owner: api, stream: "stdout", place: null }],
    lines: 0,
    sinceMs: null,
    untilMs: null,
    follow: true,
    discover: () => [{ owner: web, stream: "stdout", place: null }],
    signal: ending.signal,
  });
  const found: string[] = [];
  let written = 0;
  for await (const batch of view) {
    for (const line of batch.lines) found.push(line.bytes.toString());
    if (found.length === wanted.length + 1) ending.abort();
    // One after the other, so that each rotation happens while it is followed.
    if (written < wanted.length) write(api, "stdout", 2_000 + written, `${wanted[written++]}\n`);
    else if (written++ === wanted.length) write(web, "stdout", 9_000, "a new stream\n");
  }
  expect(found.filter((it) => it !== "a new stream")).toEqual(wanted);
  expect(found).toContain("a new stream");
});
