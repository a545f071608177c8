/** What others wrote does nothing to the terminal that it is shown on. */

import { expect, test } from "bun:test";
import { printable } from "../../src/model/printable.ts";

const ROWS = [
  ["plain, naïve and 日本", "plain, naïve and 日本"],
  ["two\nlines\r\n\tof it", "two lines of it"],
  ["\u001B]0;title\u0007\u001B[2J\u001Bc", "?]0;title??[2J?c"],
  ["over\b\b\b\bwritten\u009B1m\u007F\0", "over????written?1m??"],
] as const;

for (const [text, shown] of ROWS) {
  test(`${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`, () => {
    expect(printable(text)).toBe(shown);
  });
}
