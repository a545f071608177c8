/** Log lines for people, for scripts and for agents. */

import { expect, test } from "bun:test";
import { painter } from "../../../src/cli/output.ts";
import { JsonLines } from "../../../src/logfile/json-lines.ts";
import { LogLines, type LogRendering } from "../../../src/cli/render/log-lines.ts";
import { LogPlain, LogPlainFollow } from "../../../src/cli/render/log-plain.ts";
import { Prefix } from "../../../src/cli/render/log-prefix.ts";
import { plain } from "../../../src/logfile/plain-text.ts";
import { Cursor } from "../../../src/logfile/cursor.ts";
import type { ViewBatch } from "../../../src/logfile/log-view.ts";
import type { LogOwner } from "../../../src/logfile/paths.ts";
import type { Piece } from "../../../src/logfile/pieces.ts";

const api: LogOwner = { project: "shop", process: "api", index: 1 };
const worker: LogOwner = { project: "shop", process: "worker", index: 1 };
const paint = painter(false);

function pieceOf(owner: LogOwner, text: string | Uint8Array, more: Partial<Piece> = {}): Piece {
  const bytes = Buffer.from(text);
  const open = bytes.at(-1) !== 10;
  return {
    owner,
    stream: "stdout",
    place: 0,
    timeMs: 0,
    runId: "run-1",
    bytes,
    open,
    joins: false,
    ...more,
  };
}

function batchOf(...pieces: Piece[]): ViewBatch {
  return { pieces, passed: [], missed: [] };
}

function shown(rendering: LogRendering, ...batches: ViewBatch[]): string {
  const parts = batches.map((batch) => Buffer.from(rendering.render(batch)).toString());
  return parts.join("") + rendering.finish();
}

function prefixOf(...owners: LogOwner[]): Prefix {
  const prefix = new Prefix(paint);
  for (const owner of owners) prefix.expect(owner);
  return prefix;
}

test("lines have the names of their processes, padded to one width, and their times", () => {
  const style = {
    timestamps: true,
    prefix: prefixOf(api, worker),
    paint,
    separators: false,
    highlight: null,
    onScreen: false,
  };
  expect(
    shown(new LogLines(style), batchOf(pieceOf(api, "one\ntwo\n"), pieceOf(worker, "three\n"))),
  ).toBe(
    "1970-01-01T00:00:00.000Z api    | one\n" +
      "1970-01-01T00:00:00.000Z api    | two\n" +
      "1970-01-01T00:00:00.000Z worker | three\n",
  );
});

test("a line that goes on is not begun anew, unless another comes between", () => {
  const style = {
    timestamps: false,
    prefix: prefixOf(api, worker),
    paint,
    separators: false,
    highlight: null,
    onScreen: false,
  };
  const batch = batchOf(
    pieceOf(api, "be"),
    pieceOf(api, "gun\nmore"),
    pieceOf(worker, "between\n"),
    pieceOf(api, " of it"),
  );
  expect(shown(new LogLines(style), batch)).toBe(
    "api    | begun\napi    | more\nworker | between\napi    |  of it\n",
  );
});

test("groups of lines with context are set apart", () => {
  const style = {
    timestamps: false,
    prefix: null,
    paint,
    separators: true,
    highlight: null,
    onScreen: false,
  };
  const batch = batchOf(
    pieceOf(api, "1\n"),
    pieceOf(api, "2\n", { joins: true }),
    pieceOf(api, "9\n"),
  );
  expect(shown(new LogLines(style), batch)).toBe("1\n2\n--\n9\n");
});

test("on a terminal what was searched for is marked", () => {
  const style = {
    timestamps: false,
    prefix: null,
    paint: painter(true),
    separators: false,
    highlight: /b+|x*/gm,
    onScreen: false,
  };
  expect(shown(new LogLines(style), batchOf(pieceOf(api, "abba\nc\n")))).toBe(
    "a\u001B[1m\u001B[31mbb\u001B[39m\u001B[22ma\nc\n",
  );
});

const ESC = "\u001B";
const RED = `${ESC}[31mred${ESC}[0m`;
const LINK = `${ESC}]8;;http://a/${ESC}\\a${ESC}]8;;${ESC}\\`;

test.each([
  ["colours and links", `${RED} ${LINK} ${ESC}[38;2;1;2;3mé`, `${RED} ${LINK} ${ESC}[38;2;1;2;3mé`],
  ["a cleared screen", `${ESC}[H${ESC}[2J${ESC}[3;10Hdone`, "done"],
  ["another screen, and the mouse", `${ESC}[?1000h${ESC}[?1049h${ESC}[?25lx`, "x"],
  ["keys, characters, a reset", `${ESC}[>4;2m${ESC}=${ESC}(B${ESC}7${ESC}cx`, "x"],
  ["a title, and questions", `${ESC}]0;vim\u0007${ESC}P+q436f${ESC}\\${ESC}[6nx`, "x"],
  ["what is cut off", `x${ESC}[?10`, "x"],
])("beside others on a screen, %s", (_, written, expected) => {
  const style = { timestamps: false, paint, separators: false, highlight: null };
  const rendered = (prefix: Prefix | null, onScreen: boolean) =>
    shown(
      new LogLines({ ...style, prefix, onScreen }),
      batchOf(pieceOf(api, `${written}\n`), pieceOf(worker, "y\n")),
    );
  expect(rendered(prefixOf(api, worker), true)).toBe(`api    | ${expected}\nworker | y\n`);
  expect(rendered(prefixOf(api, worker), false)).toContain(written);
  expect(rendered(null, true)).toContain(written);
});

test("F35 F36 without a prefix the bytes are those of the file", () => {
  const bytes = Buffer.from("a\0\xff\xfe\r\u001B[31m\n\nno end", "latin1");
  const style = {
    timestamps: false,
    prefix: null,
    paint,
    separators: false,
    highlight: null,
    onScreen: false,
  };
  const rendering = new LogLines(style);
  expect(Buffer.from(rendering.render(batchOf(pieceOf(api, bytes))))).toEqual(bytes);
  expect(rendering.finish()).toBe("");
});

test("JSON lines have the shape of the contract, level and fields, and a cursor", () => {
  const rendering = new JsonLines(new Cursor(), () => "auto");
  const text = '{"level":40,"msg":"slow"}\nno end';
  const lines = shown(rendering, {
    ...batchOf(pieceOf(api, text, { place: 100 })),
    missed: [{ owner: api, stream: "stdout", bytes: 7 }],
  });
  const whose = { project: "shop", process: "api", instance: 1, stream: "stdout" };
  const dated = { time: "1970-01-01T00:00:00.000Z", ...whose, runId: "run-1" };
  expect(
    lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { ...whose, line: null, missedBytes: 7 },
    {
      ...dated,
      line: '{"level":40,"msg":"slow"}',
      partial: false,
      level: "warn",
      fields: { level: 40, msg: "slow" },
      cursor: "1:shop/api.1=3i",
    },
    {
      ...dated,
      line: "no end",
      partial: true,
      level: null,
      fields: null,
      cursor: "1:shop/api.1=3o",
    },
  ]);
});

test.each([
  ["\u001B[31mred\u001B[0m", "red"],
  ["10%\r50%\r100%", "100%"],
  ["10%\r50%\r", "50%"],
  ["\u001B[2K\r50%\u001B[0m\r\u001B[2K", "50%"],
  ["a\0b\u0007c", "abc"],
  ["tab\tstays  ", "tab\tstays"],
  ["\u001B]8;;http://x\u0007link\u001B]8;;\u0007", "link"],
])("%p is plainly %p", (line, text) => {
  expect(plain(Buffer.from(line))).toBe(text);
});

test("repeated lines are counted, each process by itself", () => {
  const rendering = new LogPlain({
    timestamps: false,
    prefix: prefixOf(api, worker),
    maxBytes: 10_000,
  });
  const batch = batchOf(
    pieceOf(api, "same\n".repeat(12)),
    pieceOf(worker, "same\n"),
    pieceOf(api, "end\n"),
  );
  expect(shown(rendering, batch)).toBe("api    | same [x12]\nworker | same\napi    | end\n");
});

test("a plain view keeps to its limit, ends with the last line, and says what it left out", () => {
  const maxBytes = 2_000;
  const lines = Array.from({ length: 1_000 }, (_, nth) => `line ${nth}\n`);
  const text = shown(
    new LogPlain({ timestamps: false, prefix: null, maxBytes }),
    ...lines.map((line) => batchOf(pieceOf(api, line))),
  );
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
  const left = /^\[left out: (\d+) earlier lines, (\d+) bytes;.*--max-bytes/.exec(text);
  const kept = text.split("\n").slice(1, -1);
  expect(kept).toEqual(lines.slice(-kept.length).map((line) => line.trimEnd()));
  expect(Number(left?.[1])).toBe(1_000 - kept.length);
  expect(Number(left?.[2])).toBe(lines.slice(0, -kept.length).join("").length);
});

test("a line longer than all that may be shown is cut, whole or in parts", () => {
  const maxBytes = 2_000;
  const rendering = new LogPlain({ timestamps: false, prefix: null, maxBytes });
  const part = "größer ".repeat(10_000);
  const text = shown(
    rendering,
    batchOf(pieceOf(api, part)),
    batchOf(pieceOf(api, part)),
    batchOf(pieceOf(api, "\nend\n")),
  );
  expect(text).toMatch(/^größer .* \[\+\d+ bytes\]\nend\n$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
});

test("a plain follower counts repeats after the first, and ends when its limit is reached", () => {
  let full = 0;
  const onFull = (): void => void (full += 1);
  const rendering = new LogPlainFollow(
    { timestamps: false, prefix: null, maxBytes: 1_024 },
    onFull,
  );
  expect(
    Buffer.from(rendering.render(batchOf(pieceOf(api, "same\nsame\nsame\nend\n")))).toString(),
  ).toBe("same\n[x3]\nend\n");
  const rest = shown(
    rendering,
    ...Array.from({ length: 200 }, (_, nth) => batchOf(pieceOf(api, `line ${nth}\n`))),
  );
  expect(rest).toEndWith("[--max-bytes 1024 is reached: what follows is left out]\n");
  expect(full).toBe(1);
});
