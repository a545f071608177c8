/** Views of logs: in the order of time, from where was asked, over whatever happens to the files. */

import { expect, test } from "bun:test";
import { renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceByCompressed } from "../../src/logs/chain.ts";
import { api, linesOf, LogStage, web } from "./log-stage.ts";

test("lines of several streams come in the order of time", async () => {
  using stage = new LogStage();
  stage.write(api, "stdout", 1_000, "one\n");
  stage.write(web, "stdout", 2_000, "two\n");
  stage.write(api, "stderr", 3_000, "three\n");
  stage.write(api, "stdout", 4_000, "four\n");
  expect(await stage.lines()).toEqual(["one", "two", "three", "four"]);
});

test("every line has the time at which its first byte was written, and the run that wrote it", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", 1_000, "one\ntwo\nthr");
  stage.write(api, "stdout", 2_000, "ee\nfour\nfi");
  stage.write(api, "stdout", 3_000, "v");
  stage.write(api, "stdout", 4_000, "e\nsix\n");
  const shown: [string, number, string | null][] = [];
  for await (const batch of stage.view()) {
    for (const piece of batch.pieces) {
      for (const line of linesOf({ ...batch, pieces: [piece] }))
        shown.push([line, piece.timeMs, piece.runId]);
    }
  }
  expect(shown).toEqual([
    ["one", 1_000, "run-1"],
    ["two", 1_000, "run-1"],
    ["three", 1_000, "run-1"],
    ["four", 2_000, "run-1"],
    ["five", 2_000, "run-1"],
    ["six", 4_000, "run-1"],
  ]);
});

test("the last lines are found over rotated files, of all streams together", async () => {
  using stage = new LogStage();
  for (let nth = 1; nth <= 12; nth += 1)
    stage.write(api, "stdout", nth * 1_000, `line ${nth} of api\n`);
  stage.write(web, "stdout", 11_500, "web\n");
  expect(await stage.lines({ lines: 3 })).toEqual(["line 11 of api", "web", "line 12 of api"]);
  expect(await stage.lines({ lines: 0 })).toEqual([]);
  expect(await stage.lines({ lines: 2, untilMs: 9_500 })).toEqual([
    "line 8 of api",
    "line 9 of api",
  ]);
});

test("a time picks the first line written at or after it, and the last before", async () => {
  using stage = new LogStage();
  for (let nth = 1; nth <= 4; nth += 1) stage.write(api, "stdout", nth * 1_000, `line ${nth}\n`);
  expect(await stage.lines({ sinceMs: 3_000 })).toEqual(["line 3", "line 4"]);
  expect(await stage.lines({ sinceMs: 9_000 })).toEqual([]);
  expect(await stage.lines({ untilMs: 2_000 })).toEqual(["line 1", "line 2"]);
});

test("a time in the middle of a line begins with the line after it", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", 1_000, "begun");
  stage.write(api, "stdout", 2_000, " before\nafter\n");
  expect(await stage.lines({ sinceMs: 2_000 })).toEqual(["after"]);
  expect(await stage.lines({ untilMs: 1_000 })).toEqual(["begun before"]);
});

test.each<[what: string, harm: (index: string) => void]>([
  ["lost", (index) => rmSync(index)],
  ["empty", (index) => truncateSync(index)],
  ["cut within a record", (index) => truncateSync(index, 32 + 7)],
  ["something else", (index) => writeFileSync(index, "no index at all, but long enough for one")],
  [
    "right at its head and wrong behind",
    (index) => {
      const size = statSync(index).size;
      truncateSync(index, 32);
      writeFileSync(index, Buffer.alloc(size, 0xfb), { flag: "a" });
    },
  ],
])("an index that is %s costs the times, not the lines", async (_, harm) => {
  using stage = new LogStage();
  for (let nth = 1; nth <= 9; nth += 1)
    stage.write(api, "stdout", nth * 1_000, `line ${nth} of api\n`);
  const path = stage.path(api, "stdout");
  for (const file of [path, `${path}.1`, `${path}.2`]) {
    harm(join(dirname(path), ".index", String(statSync(file).ino)));
  }
  const all = Array.from({ length: 9 }, (_unused, nth) => `line ${nth + 1} of api`);
  expect(await stage.lines()).toEqual(all);
  expect(await stage.lines({ lines: 2 })).toEqual(all.slice(-2));
  await stage.lines({ sinceMs: 3_000 });
  // And the next that is written is dated again.
  stage.forget();
  stage.write(api, "stdout", 9_000, "dated\n");
  expect((await stage.lines({ sinceMs: 9_000 })).at(-1)).toBe("dated");
});

test("a line without an end is shown, and said to be unfinished", async () => {
  using stage = new LogStage();
  stage.write(api, "stdout", 1_000, "done\nnot yet");
  const shown: [string, boolean][] = [];
  for await (const { pieces } of stage.view()) {
    for (const { bytes, open } of pieces) shown.push([bytes.toString(), open]);
  }
  expect(shown).toEqual([
    ["done\n", false],
    ["not yet", true],
  ]);
});

test.each(["zstd", "gzip"] as const)(
  "a file of %s that cannot be read is told as missed, and what follows is shown",
  async (compression) => {
    using stage = new LogStage();
    for (let nth = 1; nth <= 9; nth += 1)
      stage.write(api, "stdout", nth * 1_000, `line ${nth} of api\n`);
    const path = stage.path(api, "stdout");
    const copy = `${path}.copy`;
    writeFileSync(copy, "not compressed");
    const { ino: inode } = statSync(`${path}.2`);
    expect(replaceByCompressed(path, { inode, copy, compression })).toBe(true);
    const found: string[] = [];
    let missed = 0;
    for await (const batch of stage.view()) {
      found.push(...linesOf(batch));
      for (const { bytes } of batch.missed) missed += bytes ?? Number.NaN;
    }
    expect(found).toEqual([4, 5, 6, 7, 8, 9].map((nth) => `line ${nth} of api`));
    expect(missed).toBe(42);
  },
);

test("F41 following goes on over rotation, and begins with what is written after it began", async () => {
  using stage = new LogStage();
  stage.write(api, "stdout", 1_000, "before\n");
  const ending = new AbortController();
  const wanted = Array.from({ length: 20 }, (_, nth) => `line ${nth} of the follower`);
  const view = stage.view({
    lines: 0,
    follow: true,
    discover: () => [{ owner: { ...api, index: 2 }, stream: "stdout" }],
    signal: ending.signal,
  });
  const found: string[] = [];
  let written = 0;
  for await (const batch of view) {
    found.push(...linesOf(batch));
    if (found.length === wanted.length + 1) ending.abort();
    // One after the other, so that each rotation happens while it is followed.
    if (written < wanted.length)
      stage.write(api, "stdout", 2_000 + written, `${wanted[written++]}\n`);
    else if (written++ === wanted.length) {
      stage.write({ ...api, index: 2 }, "stdout", 9_000, "a new stream\n");
    }
  }
  expect(found.filter((it) => it !== "a new stream")).toEqual(wanted);
  expect(found).toContain("a new stream");
});

test.each<[what: string, harm: (stage: LogStage) => void]>([
  ["deleted", (stage) => rmSync(stage.path(api, "stdout"))],
  ["moved away", (stage) => renameSync(stage.path(api, "stdout"), `${stage.home}/elsewhere`)],
  ["truncated", (stage) => truncateSync(stage.path(api, "stdout"))],
  ["flushed", (stage) => stage.file(api, "stdout").flush()],
  [
    "deleted with its whole directory",
    (stage) => rmSync(dirname(stage.path(api, "stdout")), { recursive: true }),
  ],
])("F42 following goes on when the file is %s by somebody else", async (_, harm) => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  const ending = new AbortController();
  const found: string[] = [];
  let missed = 0;
  // Lines of one length: the size of the file tells nothing of what has happened to it.
  const lines = ["line 1", "line 2", "line 3", "line 4", "line 5"];
  stage.write(api, "stdout", Date.now(), "line 1\n");
  let written = 1;
  for await (const batch of stage.view({ follow: true, signal: ending.signal })) {
    found.push(...linesOf(batch));
    for (const { bytes } of batch.missed) missed += bytes ?? Number.NaN;
    if (found.length === lines.length) ending.abort();
    if (found.length !== written || written === lines.length) continue;
    if (written === 2) harm(stage);
    // The writer looks for its file twice a second at most.
    stage.write(api, "stdout", Date.now() + written * 1_000, `${lines[written++]}\n`);
  }
  expect(found).toEqual(lines);
  expect(missed).toBe(0);
});

test.each([
  ["at once", 0],
  ["after a while", 200],
])(
  "following goes on when the log is deleted and begun anew by a writer that keeps no count, %s",
  async (_, pauseMs) => {
    using stage = new LogStage({ maxSizeBytes: 1e6 });
    const ending = new AbortController();
    const found: string[] = [];
    stage.write(api, "stdout", 1_000, "a long line of the first log\n");
    for await (const batch of stage.view({ follow: true, signal: ending.signal })) {
      found.push(...linesOf(batch));
      if (found.length === 1) {
        stage.forget();
        // Another file holds its place, so that the new one has an inode of its own.
        renameSync(stage.path(api, "stdout"), `${stage.home}/elsewhere`);
        rmSync(join(dirname(stage.path(api, "stdout")), ".index"), { recursive: true });
        setTimeout(() => stage.write(api, "stdout", 2_000, "anew\n"), pauseMs);
      }
      if (found.length === 2) ending.abort();
    }
    expect(found).toEqual(["a long line of the first log", "anew"]);
  },
);

test("F33 a follower that stalls while files are rotated away is told how much it missed", async () => {
  using stage = new LogStage({ maxFiles: 1 });
  const ending = new AbortController();
  const found: string[] = [];
  let missed = 0;
  stage.write(api, "stdout", 1_000, "line 00\n");
  for await (const batch of stage.view({ follow: true, signal: ending.signal })) {
    if (found.length === 0) {
      // As if it stood still here: Ctrl-Z.
      for (let nth = 1; nth <= 20; nth += 1) {
        stage.write(api, "stdout", 1_000 + nth, `line ${String(nth).padStart(2, "0")}\n`);
      }
    }
    found.push(...linesOf(batch));
    for (const { bytes } of batch.missed) missed += bytes ?? Number.NaN;
    if (found.at(-1) === "line 20") ending.abort();
  }
  const shown = new Set(found);
  expect(shown.size).toBe(found.length);
  expect(missed).toBe((21 - found.length) * "line 00\n".length);
  expect(missed).toBeGreaterThan(0);
});
