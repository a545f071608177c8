/** What is kept of a stream. */

import { expect, test } from "bun:test";
import { LastLines } from "../../src/library/last-lines.ts";

test.each<[string, readonly string[], readonly string[]]>([
  ["lines come in any pieces", ["on", "e\ntw", "o\n"], ["one", "two"]],
  ["one that is not ended is there", ["one\ntwo"], ["one", "two"]],
  ["empty ones count", ["\n\na\n"], ["", "", "a"]],
  ["CR before LF is no part of a line", ["a\r", "\nb\r\n"], ["a", "b"]],
  ["the last five are kept", ["1\n2\n3\n", "4\n5\n6\n7"], ["3", "4", "5", "6", "7"]],
  ["of a flood in one piece too", ["x\n".repeat(10_000), "y\n"], ["x", "x", "x", "x", "y"]],
  ["no more text than asked for", ["a".repeat(60), "\n", "b".repeat(60), "\n"], ["b".repeat(60)]],
])("%s", (_, pieces, expected) => {
  const lines = new LastLines({ lines: 5, characters: 100 });
  for (const piece of pieces) lines.add(piece);
  expect(lines.last(5)).toEqual([...expected]);
});

test("fewer are given when fewer are asked for, and none for none", () => {
  const lines = new LastLines({ lines: 5, characters: 100 });
  lines.add("1\n2\n3\n");
  expect([lines.last(2), lines.last(0), lines.last(-1), lines.last(100)]).toEqual([
    ["2", "3"],
    [],
    [],
    ["1", "2", "3"],
  ]);
});

test("what comes after an end begins a line", () => {
  const lines = new LastLines({ lines: 5, characters: 100 });
  lines.add("cut off");
  lines.endLine();
  lines.endLine();
  lines.add("next");
  expect(lines.last(5)).toEqual(["cut off", "next"]);
});

test("F35: a line without an end is kept in parts, and no more of it than is kept at all", () => {
  const lines = new LastLines({ lines: 1_000, characters: 200_000 });
  for (let part = 0; part < 100; part += 1) lines.add("x".repeat(10_000));
  const kept = lines.last(1_000);
  expect(Math.max(...kept.map(({ length }) => length))).toBe(64 * 1024);
  expect(kept.join("").length).toBeLessThanOrEqual(200_000 + 64 * 1024);
  expect(kept.join("").length).toBeGreaterThan(100_000);
});
