/** Lines that come in pieces. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { Lines, type TakenLine } from "../../src/ipc/lines.ts";

function taken(pieces: readonly (string | Uint8Array)[], mostBytes = 8): TakenLine[] {
  const lines = new Lines(mostBytes);
  return pieces.flatMap((piece) => {
    lines.push(typeof piece === "string" ? Buffer.from(piece) : piece);
    const found: TakenLine[] = [];
    for (let line = lines.next(); line !== null; line = lines.next()) found.push(line);
    return found;
  });
}

const LONG: TakenLine = { isTooLong: true };
const text = (it: string): TakenLine => ({ text: it });

test.each([
  ["whole lines", ["a\nb\n"], [text("a"), text("b")]],
  ["a line in pieces", ["a", "b", "c\nd", "\n"], [text("abc"), text("d")]],
  ["an empty line", ["\n\n"], [text(""), text("")]],
  ["one that is just not too long", ["12345678\n"], [text("12345678")]],
  ["one that is too long", ["123456789\nb\n"], [LONG, text("b")]],
  ["one that is too long, told before its end", ["123456789"], [LONG]],
  [
    "one that is far too long, told once",
    ["123456789", "0".repeat(50), "0\nb\n"],
    [LONG, text("b")],
  ],
  [
    "two that are too long",
    ["0".repeat(20), "\n", "1".repeat(20), "\nc\n"],
    [LONG, LONG, text("c")],
  ],
  ["nothing without an end", ["1234"], []],
] as const)("%s", (_, pieces, lines) => {
  expect(taken(pieces)).toEqual([...lines]);
});

test("however a text is cut, its lines are the same", () => {
  const line = fc.string({ unit: "grapheme", maxLength: 20 }).map((it) => it.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(400)), (wanted, cuts) => {
      const bytes = Buffer.from(wanted.map((it) => `${it}\n`).join(""));
      const places = [0, ...cuts.filter((at) => at < bytes.length), bytes.length];
      places.sort((one, other) => one - other);
      const pieces = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
      expect(taken(pieces, 1_000)).toEqual(wanted.map(text));
    }),
  );
});
