/** What lines say of themselves, in the spellings of the field. */

import { expect, test } from "bun:test";
import { parseLine } from "../../src/logfile/line-parser.ts";
import { levelOf, type LogLevel } from "../../src/logfile/levels.ts";

test.each<[unknown, LogLevel | null]>([
  ["info", "info"],
  ["WARN", "warn"],
  ["Warning", "warn"],
  ["W", "warn"],
  ["err", "error"],
  ["E", "error"],
  ["critical", "fatal"],
  ["emerg", "fatal"],
  ["NOTICE", "info"],
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [35, "info"],
  [40, "warn"],
  [50, "error"],
  [60, "fatal"],
  ["50", "error"],
  [3, null],
  [200, null],
  ["loud", null],
  [null, null],
])("%p is the level %p", (value, level) => {
  expect(levelOf(value)).toBe(level);
});

test.each<[line: string, level: LogLevel | null]>([
  // JSON
  ['{"level":30,"msg":"up"}', "info"],
  ['{"level":"error","msg":"no"}', "error"],
  ['{"lvl":"dbg"}', "debug"],
  ['{"severity":"WARNING"}', "warn"],
  ['{"log.level":"fatal"}', "fatal"],
  ['{"log":{"level":"warn"}}', "warn"],
  ['  {"@level":"trace"}', "trace"],
  ['{"msg":"no level"}', null],
  ['{"level":"error"', null],
  // logfmt
  ['time=2026-01-01T00:00:00Z level=info msg="it is up"', "info"],
  ['level=W msg="a=b c=d"', "warn"],
  ["ts=1 lvl=eror", null],
  // text
  ["[ERROR] no", "error"],
  ["[warn] no", "warn"],
  ["<debug> no", "debug"],
  ["[W] no", "warn"],
  ["ERROR: no", "error"],
  ["error: no", "error"],
  ["WARNING:root:careful", "warn"],
  ["INFO  started", "info"],
  ["2026-01-31 10:00:00,123 WARN no", "warn"],
  ["2026-01-31T10:00:00.123Z ERROR no", "error"],
  ["10:00:00.123 [main] INFO  c.e.Server - up", "info"],
  ["2026-01-31 10:00:00,123 - api - WARNING - no", "warn"],
  ["2026/01/31 10:00:00 [error] 12#0: no", "error"],
  ["[2026-01-31T10:00:00Z] [info] up", "info"],
  ["E0131 10:00:00.000000 1 main.go:1] no", "error"],
  ["TypeError: x is not a function", "error"],
  ["java.io.IOException: no", "error"],
  ["panic: no", "fatal"],
  ["npm ERR! code 1", "error"],
  ["\u001B[33mWARN\u001B[39m no", "warn"],
  // what only looks like it
  ["error handling is done", null],
  ["information for you", null],
  ["Error-free", null],
  ["INFO-42 is the ticket", null],
  ["10:00:00 the error was mine", null],
  ["I went home", null],
  ["", null],
])("%s says %p", (line, level) => {
  expect(parseLine(line, "auto").level).toBe(level);
});

test("fields are everything that a structured line says, its message too", () => {
  expect(parseLine('{"level":50,"msg":"no","a":{"b":1}}', "auto").fields).toEqual({
    level: 50,
    msg: "no",
    a: { b: 1 },
  });
  const line = 'level=info msg="say \\"hi\\"" path=/a?b=c ok empty= took=1.5ms';
  expect(parseLine(line, "auto").fields).toEqual({
    level: "info",
    msg: 'say "hi"',
    path: "/a?b=c",
    ok: true,
    empty: "",
    took: "1.5ms",
  });
  expect(parseLine("ERROR no", "auto").fields).toBeNull();
});

test("the setting holds for lines that look like something else", () => {
  expect(parseLine("a=1 b=2", "auto").fields).toBeNull();
  expect(parseLine("a=1 b=2", "logfmt").fields).toEqual({ a: "1", b: "2" });
  expect(parseLine('{"level":"error"}', "text")).toEqual({ level: null, fields: null });
  expect(parseLine("ERROR no", "json")).toEqual({ level: null, fields: null });
});

test("a hostile line is read in the time of a test, and changes nothing else", () => {
  for (const line of ["a=".repeat(50_000), `level=${'"'.repeat(50_000)}`, "[".repeat(100_000)]) {
    parseLine(line, "auto");
    parseLine(line, "logfmt");
  }
  expect(parseLine("level=info __proto__=x", "auto").fields).not.toBeNull();
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});
