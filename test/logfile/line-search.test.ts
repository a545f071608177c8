/** Lines that JavaScript gives up are told of, and not taken for lines that do not match. */

import { expect, test } from "bun:test";
import { lineSearch } from "../../src/logfile/line-search.ts";
import { matchLine } from "../../src/logfile/line-match.ts";
import { isGivenUp } from "../../src/model/given-up.ts";

/** To be given up takes a third of a second, and more where others work. */
const SLOW_MS = 60_000;

/** What JavaScriptCore gives up on what it is to be tried on. */
const HARD = "^(a+)+$";
const TRAP = `${"a".repeat(40)}b`;

test.each([
  [/^(a+)+$/, TRAP, true],
  [/^(a+)+$|b$/, TRAP, true],
  [/^(a+)+$/, "aab", false],
  [/x/g, TRAP, false],
  [/^$/, TRAP, false],
  [/(x)|y/, "", false],
])(
  "%p on %p: given up %p",
  (regex, text, isHard) => {
    expect(isGivenUp(regex, text)).toBe(isHard);
    regex.lastIndex = 0;
    expect(matchLine(regex, text)).toBe(isHard ? null : false);
  },
  SLOW_MS,
);

test.each([
  ["in ASCII", ""],
  ["beyond ASCII", "é"],
])(
  "a search throws on such a line, %s",
  (_, more) => {
    const search = lineSearch(HARD, { ignoreCase: false });
    const before = `aaa\n${more}x\n`.repeat(100);
    const found = search.find(Buffer.from(before));
    expect(found).toHaveLength(200);
    expect(() => search.find(Buffer.from(`${before}${TRAP}\n${before}`))).toThrow(
      `Cannot search for ${HARD}: JavaScript gives it up on a line of 41 characters`,
    );
  },
  SLOW_MS,
);

test(
  "what is hard for a whole block, and for no line of it, is found line by line",
  () => {
    // Over the end of the line it takes the next ones in.
    const search = lineSearch("^([a\\n]+)+c$", { ignoreCase: false });
    const block = Buffer.from(`${"aaaa\n".repeat(20)}aac\nb\n`);
    expect(search.find(block)).toEqual([100, 104]);
  },
  SLOW_MS,
);
