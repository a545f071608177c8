/** Choosing lines: the same as grep and as looking at each line, however the log is cut into blocks and files. */

import { expect, test } from "bun:test";
import { LineFilter, type FilterRules } from "../../src/logfile/line-filter.ts";
import { lineSearch } from "../../src/logfile/line-search.ts";
import { api, linesOf, LogStage } from "./log-stage.ts";

const RULES: FilterRules = { search: null, invert: false, least: null, before: 0, after: 0 };

function filterBy(rules: Partial<FilterRules>) {
  return (source: ConstructorParameters<typeof LineFilter>[0]) =>
    new LineFilter(source, { ...RULES, ...rules }, "auto");
}

function search(pattern: string, ignoreCase = false) {
  return lineSearch(pattern, { ignoreCase });
}

const TEXT = [
  "alpha one",
  "beta two",
  "größe three",
  "",
  "x\ty four\r",
  "ALPHA five",
  "\xffnot utf-8 six",
  "alpha beta",
];

test.each([
  ["alpha"],
  ["größe"],
  ["^alpha"],
  ["e$"],
  ["^$"],
  [""],
  ["two|five"],
  ["four$"],
  ["a\\s+b"],
  ["one[^z]beta"],
  ["(?<!n)o"],
  ["two(?!.)"],
  ["x*"],
  ["\\bt\\w+"],
  ["ö.e"],
  ["nothing of the kind"],
])("/%s/ finds in whole blocks what it finds line by line", (pattern) => {
  const ascii = TEXT.map((line) => line.replace(/[^ -~\t\r]/g, "?"));
  for (const lines of [TEXT, ascii]) {
    for (const ignoreCase of [false, true]) {
      const regex = new RegExp(pattern, ignoreCase ? "i" : "");
      const block = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const found = search(pattern, ignoreCase).find(block);
      const shown: string[] = [];
      for (let at = 0; at < found.length; at += 2) {
        shown.push(...block.toString("utf8", found[at], found[at + 1]! - 1).split("\n"));
      }
      expect(shown).toEqual(lines.filter((line) => regex.test(line.replace(/\r$/, ""))));
    }
  }
});

/** As grep does it. */
function grep(lines: readonly string[], pattern: RegExp, before: number, after: number): string[] {
  const shown = new Set<number>();
  for (const [at, line] of lines.entries()) {
    if (!pattern.test(line)) continue;
    for (let near = at - before; near <= at + after; near += 1) shown.add(near);
  }
  return lines.filter((_, at) => shown.has(at));
}

test.each([
  [0, 0, 1_000_000],
  [2, 0, 1_000_000],
  [0, 3, 1_000_000],
  [2, 2, 1_000_000],
  [3, 3, 40],
  [5, 1, 13],
])(
  "%d lines before and %d after are those of grep, with files of %d bytes",
  async (before, after, maxSizeBytes) => {
    using stage = new LogStage({ maxSizeBytes, maxFiles: 100 });
    const lines = Array.from({ length: 60 }, (_, nth) =>
      nth % 11 === 7 || nth === 8 ? `hit ${nth}` : `line ${nth}`,
    );
    for (const [nth, line] of lines.entries()) stage.write(api, "stdout", 1_000 + nth, `${line}\n`);
    const filter = filterBy({ search: search("hit"), before, after });
    expect(await stage.lines({ filter })).toEqual(grep(lines, /hit/, before, after));
  },
);

test("lines that do not match, the last of those that do, and both by time", async () => {
  using stage = new LogStage();
  for (let nth = 1; nth <= 9; nth += 1)
    stage.write(api, "stdout", nth * 1_000, `${nth % 2 ? "odd" : "even"} ${nth}\n`);
  const odd = filterBy({ search: search("odd") });
  expect(await stage.lines({ filter: odd })).toEqual(["odd 1", "odd 3", "odd 5", "odd 7", "odd 9"]);
  expect(await stage.lines({ filter: odd, lines: 2 })).toEqual(["odd 7", "odd 9"]);
  const even = filterBy({ search: search("odd"), invert: true });
  expect(await stage.lines({ filter: even })).toEqual(["even 2", "even 4", "even 6", "even 8"]);
  expect(await stage.lines({ filter: even, sinceMs: 5_000, untilMs: 6_000 })).toEqual(["even 6"]);
});

test("a level is shown with those above it, and with the stack traces of its lines", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  const lines = [
    "INFO up",
    '{"level":40,"msg":"slow"}',
    "level=error msg=no",
    "    at server.ts:1",
    "\tat main.ts:2",
    "plain",
    "    indented, but of no line that counts",
    "[fatal] over",
  ];
  stage.write(api, "stdout", 1_000, lines.map((line) => `${line}\n`).join(""));
  const shown = await stage.lines({ filter: filterBy({ least: "error" }) });
  expect(shown).toEqual([lines[2]!, lines[3]!, lines[4]!, lines[7]!]);
  const both = filterBy({ least: "warn", search: search("msg") });
  expect(await stage.lines({ filter: both })).toEqual([lines[1]!, lines[2]!]);
});

test("while following a line is chosen when it is whole", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  const ending = new AbortController();
  const found: string[] = [];
  stage.write(api, "stdout", 1_000, "hit 1\nhi");
  const filter = filterBy({ search: search("hit") });
  for await (const batch of stage.view({ filter, follow: true, signal: ending.signal })) {
    found.push(...linesOf(batch));
    if (found.length === 1) stage.write(api, "stdout", 2_000, "t 2\nno\n");
    if (found.length === 2) ending.abort();
  }
  expect(found).toEqual(["hit 1", "hit 2"]);
});
