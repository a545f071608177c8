/** The last lines of an instance, read from behind. */

import { expect, test } from "bun:test";
import { endsNow, lastLines, type LastLinesOptions } from "../../src/logfile/last-lines.ts";
import { lineSearch } from "../../src/logfile/line-search.ts";
import { api, LogStage } from "./log-stage.ts";

const MEGABYTE = 1024 * 1024;

function last(stage: LogStage, options: Partial<LastLinesOptions>) {
  const ends = endsNow(stage.home, api);
  const all = { ends, count: 10, search: null, maxBytes: MEGABYTE, ...options };
  const { lines, isAll } = lastLines(stage.home, api, all);
  return { texts: lines.map(({ text }) => text), isAll };
}

/** Lines of which each tells its number, a millisecond apart. */
function write(stage: LogStage, from: number, to: number): void {
  for (let nth = from; nth <= to; nth += 1) {
    stage.write(api, nth % 10 === 0 ? "stderr" : "stdout", nth, `line ${nth}\n`);
  }
}

test("both streams are one in the order of time, over rotated files, and it is said when that is all", () => {
  using stage = new LogStage({ maxSizeBytes: 60, maxFiles: 100 });
  write(stage, 1, 40);
  expect(last(stage, { count: 3 })).toEqual({
    texts: ["line 38", "line 39", "line 40"],
    isAll: false,
  });
  const all = last(stage, { count: 100 });
  expect(all.texts).toEqual(Array.from({ length: 40 }, (_, at) => `line ${at + 1}`));
  expect(all.isAll).toBe(true);
  expect(last(stage, { count: 40 }).isAll).toBe(true);
  expect(last(stage, { count: 39 }).isAll).toBe(false);
});

test("what is written after the ends is not in it, so that a view can stand still", () => {
  using stage = new LogStage({ maxSizeBytes: 1_000 });
  write(stage, 1, 5);
  const ends = endsNow(stage.home, api);
  write(stage, 6, 9);
  expect(last(stage, { ends, count: 2 }).texts).toEqual(["line 4", "line 5"]);
  expect(last(stage, { count: 2 }).texts).toEqual(["line 8", "line 9"]);
});

test("where one stream is not read to its beginning, nothing of the other stands before the gap", () => {
  using stage = new LogStage({ maxSizeBytes: 10 * MEGABYTE });
  stage.write(api, "stderr", 1, "ancient\n");
  const filler = `${"x".repeat(999)}\n`.repeat(100);
  stage.write(api, "stdout", 2, filler);
  stage.write(api, "stderr", 3, "recent\n");
  stage.write(api, "stdout", 4, "now\n");
  const { texts, isAll } = last(stage, { count: 1_000, maxBytes: 20_000 });
  expect(isAll).toBe(false);
  expect(texts.slice(-2)).toEqual(["recent", "now"]);
  expect(texts).not.toContain("ancient");
  expect(texts.length).toBeWithin(15, 25);
});

test("lines that are searched for are found far from the end, and those that are not there end the search", () => {
  using stage = new LogStage({ maxSizeBytes: 10 * MEGABYTE });
  stage.write(api, "stdout", 1, "a needle\n");
  stage.write(api, "stdout", 2, "hay\n".repeat(100_000));
  stage.write(api, "stderr", 3, "another needle\nhay\n");
  const search = lineSearch("needle$", { ignoreCase: false });
  expect(last(stage, { search })).toEqual({ texts: ["a needle", "another needle"], isAll: true });
  expect(last(stage, { search, count: 1 }).texts).toEqual(["another needle"]);
  expect(last(stage, { search, maxBytes: 100_000 })).toEqual({
    texts: ["another needle"],
    isAll: false,
  });
  expect(last(stage, { search: lineSearch("nobody", { ignoreCase: false }) }).texts).toEqual([]);
});

test("a line without an end is there, and of one that is longer than what is looked through its end", () => {
  using stage = new LogStage({ maxSizeBytes: 10 * MEGABYTE });
  stage.write(api, "stdout", 1, "done\nname? ");
  expect(last(stage, {}).texts).toEqual(["done", "name? "]);
  stage.write(api, "stdout", 2, `${"\r10 %".repeat(100_000)}\r99 %`);
  expect(last(stage, { maxBytes: 100_000 }).texts).toEqual([expect.stringMatching(/\r99 %$/)]);
  expect(last(stage, {}).texts).toEqual(["done", "99 %"]);
});

test("a log that is not there, or empty, has no lines", () => {
  using stage = new LogStage();
  expect(last(stage, {})).toEqual({ texts: [], isAll: true });
});
