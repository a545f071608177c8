/** Whatever a program has written, as a line among others. */

import { expect, test } from "bun:test";
import { cutTo, screenLine, screenText, wrapTo } from "../../../src/cli/top/screen-line.ts";

test.each([
  ["plain", "plain"],
  ["\u001B[1;31mred\u001B[0m", "\u001B[1;31mred\u001B[0m"],
  ["\u001B[2Kcleared\u001B[1A", "cleared"],
  ["\u001B]0;title\u0007text", "text"],
  ["\u001B]8;;http://x\u0007link\u001B]8;;\u0007", "link"],
  ["\u001BPsixel\u001B\\text", "text"],
  ["cut off \u001B[3", "cut off"],
  ["a\tbc\td", "a       bc      d"],
  ["漢\tx", "漢      x"],
  ["10 %\r20 %", "20 %"],
  ["windows\r", "windows"],
  ["bell\u0007 del\u007F nul\u0000", "bell del nul"],
  ["\u009B2Jc1", "2Jc1"],
])("%j is shown as %j", (text, shown) => {
  expect(screenLine(text)).toBe(shown);
});

test("a message stays one line without colours", () => {
  expect(screenText("one\n\u001B[31mtwo\u001B[0m\tthree\u0007")).toBe("one two three");
});

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 5, "abcd…"],
  ["abcdef", 1, "…"],
  ["abcdef", 0, ""],
  ["漢字漢字", 5, "漢字…"],
  ["漢字漢字", 4, "漢…"],
  ["\u001B[31mabcdef", 4, "\u001B[31mabc\u001B[39m\u001B[0m…"],
  ["\u001B[31mabc", 4, "\u001B[31mabc\u001B[0m"],
])("%j in %i columns is %j", (text, columns, shown) => {
  expect(cutTo(text, columns)).toBe(shown);
});

test("what goes on in the next row is all there, and no row too wide", () => {
  for (const text of [
    "abc def ghi jkl mno",
    "漢字漢字漢字a漢字",
    "x".repeat(100),
    "\u001B[32mgreen and more",
  ]) {
    for (const columns of [2, 3, 5, 10, 40]) {
      const rows = wrapTo(text, columns);
      expect(rows.map((row) => Bun.stripANSI(row)).join("")).toBe(Bun.stripANSI(text));
      expect(Math.max(...rows.map((row) => Bun.stringWidth(row)))).toBeLessThanOrEqual(columns);
    }
  }
});
