/** What of a log is given to a model: the right lines, in plain text, no more than was asked for. */

import { expect, test } from "bun:test";
import { toolLimits } from "../../../src/model/tool-limits.ts";
import { excerptOf, type ExcerptStyle } from "../../../src/transports/mcp/excerpt.ts";
import type { LogLine } from "../../../src/transports/mcp/port.ts";

const STYLE: ExcerptStyle = {
  lines: 100,
  maxBytes: 16_384,
  timestamps: false,
  names: false,
  cursor: null,
};

async function* written(texts: readonly string[], read: { lines: number } = { lines: 0 }) {
  for (const [at, line] of texts.entries()) {
    read.lines += 1;
    const time = new Date(at * 1_000).toISOString();
    yield { line, time, project: "p", process: "api", instance: 1, cursor: `c${at}` };
  }
}

const excerpt = (texts: readonly string[], style: Partial<ExcerptStyle> = {}) =>
  excerptOf(written(texts), { ...STYLE, ...style });

test.each<[about: string, texts: string[], style: Partial<ExcerptStyle>, want: object]>([
  ["nothing", [], {}, { text: "", lines: 0, cursor: null, truncated: false, start: null }],
  ["nothing new", [], { cursor: "c7" }, { text: "", lines: 0, cursor: "c7", truncated: false }],
  ["all", ["a", "b"], {}, { text: "a\nb", lines: 2, cursor: "c1", truncated: false }],
  ["the last", ["a", "b", "c"], { lines: 2 }, { text: "b\nc", cursor: "c2", truncated: true }],
  [
    "the next",
    ["a", "b", "c"],
    { lines: 2, cursor: "x" },
    { text: "a\nb", cursor: "c1", truncated: true },
  ],
  ["repeats", ["a", "a", "a", "b"], {}, { text: "a [x3]\nb", lines: 4, cursor: "c3" }],
  ["some repeats", ["a", "a", "a"], { lines: 2 }, { text: "a [x2]", lines: 2, truncated: true }],
  ["escapes", ["\u001B[31mred\u001B[0m", "10%\r99%"], {}, { text: "red\n99%" }],
  ["names", ["a"], { names: true }, { text: "api.1 | a" }],
  ["times", ["a", "b"], { timestamps: true }, { text: expect.stringContaining("00:01.000Z b") }],
])("%s", async (_, texts, style, want) => {
  expect(await excerpt(texts, style)).toMatchObject(want);
});

test("no answer is longer than asked for, whatever is written", async () => {
  for (const texts of [
    Array.from({ length: 500 }, (_, at) => `${at} ${"x".repeat(90)}`),
    ["y".repeat(99_999), "z"],
  ]) {
    for (const cursor of [null, "c"]) {
      const { text } = await excerpt(texts, { maxBytes: 1_024, lines: 1_000, cursor });
      expect(text.length).toBeGreaterThan(200);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
    }
  }
});

test("a long line says how much of it is left out", async () => {
  const { text } = await excerpt(["x".repeat(5_000)]);
  expect(text).toBe(`${"x".repeat(toolLimits.lineLength)} [+3000 characters]`);
});

test("what comes after the last line that is wanted is not read", async () => {
  const read = { lines: 0 };
  await excerptOf(written(["a", "b", "c", "d", "e"], read), { ...STYLE, lines: 2, cursor: "c" });
  expect(read.lines).toBe(3);
});

test("going on at the cursor of each answer gives every line once", async () => {
  const texts = Array.from({ length: 57 }, (_, at) => `line ${at}`);
  const seen: string[] = [];
  for (let from = 0; ;) {
    const rest = texts.slice(from);
    const { text, lines, truncated } = await excerpt(rest, { lines: 10, cursor: "c" });
    seen.push(...text.split("\n"));
    from += lines;
    if (!truncated) break;
  }
  expect(seen).toEqual(texts);
});

test("bytes that are gone before they could be read are counted", async () => {
  async function* gap(): AsyncGenerator<LogLine> {
    yield { line: null, missedBytes: 12 };
    yield { line: null, missedBytes: null };
    yield* written(["a"]);
  }
  expect(await excerptOf(gap(), STYLE)).toMatchObject({ text: "a", missedBytes: 12 });
});
