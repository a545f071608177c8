/** Lines of terminals on a page. */

import { expect, test } from "bun:test";
import { paletteColor, piecesOf, PLAIN, type Style } from "../../src/dashboard/ansi.ts";

type Shown = readonly (readonly [text: string, style?: Partial<Style>])[];

const ROWS: readonly (readonly [title: string, line: string, shown: Shown])[] = [
  ["a line without sequences is one piece", "plain text", [["plain text"]]],
  ["an empty line is none", "", []],
  ["markup is text", "<img src=x onerror=alert(1)>", [["<img src=x onerror=alert(1)>"]]],
  ["a colour holds up to its end", "\x1b[31mred\x1b[0m not", [["red", { color: 1 }], [" not"]]],
  [
    "a sequence without a number ends all",
    "\x1b[1;4mx\x1b[my",
    [["x", { bold: true, underline: true }], ["y"]],
  ],
  ["bright colours are the second eight", "\x1b[92;101mx", [["x", { color: 10, background: 9 }]]],
  [
    "the default colour is the page's own",
    "\x1b[32;44mx\x1b[39;49my",
    [["x", { color: 2, background: 4 }], ["y"]],
  ],
  ["256 colours", "\x1b[38;5;208mx", [["x", { color: 208 }]]],
  ["24 bits", "\x1b[48;2;1;2;255mx", [["x", { background: "#0102ff" }]]],
  ["colons do as well", "\x1b[38:5:9mx", [["x", { color: 9 }]]],
  [
    "a number that is none of a colour is held within",
    "\x1b[38;2;999;0;2mx",
    [["x", { color: "#ff0002" }]],
  ],
  ["what follows a colour of 256 counts", "\x1b[38;5;3;1mx", [["x", { color: 3, bold: true }]]],
  ["a colour that is cut off is none", "\x1b[38mx", [["x"]]],
  ["bold and dim end together", "\x1b[1;2mx\x1b[22my", [["x", { bold: true, dim: true }], ["y"]]],
  [
    "italic, strike, inverse",
    "\x1b[3;9;7mx",
    [["x", { italic: true, strike: true, inverse: true }]],
  ],
  [
    "what moves the cursor or clears is left out",
    "a\x1b[2Kb\x1b[1;1Hc\x1b[?25ld",
    [["a"], ["b"], ["c"], ["d"]],
  ],
  ["links keep their text", "\x1b]8;;http://x\x07here\x1b]8;;\x1b\\!", [["here"], ["!"]]],
  ["a title of the window is left out", "\x1b]0;evil\x07x", [["x"]]],
  ["other sequences are left out", "\x1b(Bx\x1b=y", [["x"], ["y"]]],
  ["one that does not end is left out", "x\x1b[31", [["x"]]],
  ["of progress the last is shown", "10 %\r50 %\r100 %", [["100 %"]]],
  ["the end of a line of Windows is none", "text\r", [["text"]]],
  ["controls are left out, tabs are not", "a\x00b\x07\tc\x9bd", [["ab\tcd"]]],
];

test.each(ROWS)("%s", (_, line, shown) => {
  const expected = shown.map(([text, style]) => ({ text, style: { ...PLAIN, ...style } }));
  expect(piecesOf(line)).toEqual(expected);
});

test("the palette has its cube and its greys", () => {
  expect([16, 21, 196, 208, 231, 232, 255].map(paletteColor)).toEqual([
    "#000000",
    "#0000ff",
    "#ff0000",
    "#ff8700",
    "#ffffff",
    "#080808",
    "#eeeeee",
  ]);
});

test("a line of a megabyte of sequences is taken apart at once", () => {
  const line = "\x1b[31mx\x1b[0m ".repeat(100_000);
  const before = performance.now();
  expect(piecesOf(line)).toHaveLength(200_000);
  expect(piecesOf("\x1b]".repeat(200_000)).length).toBeLessThan(2);
  expect(performance.now() - before).toBeLessThan(5_000);
});
