/** Lines of a stream that comes in any pieces. */

import { expect, test } from "bun:test";
import { linesOf } from "../../../src/cli/mcp/stdio.ts";

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

test.each<[about: string, given: string[], lines: (string | null)[]]>([
  ["one in several", ["a", "b", "c\n"], ["abc"]],
  ["several in one", ["a\nb\n\nc"], ["a", "b", "", "c"]],
  ["no end", ["a\nb"], ["a", "b"]],
  ["too long, and what follows", ["1234", "5678901", "\nok\n"], [null, "ok"]],
  ["too long without an end", ["12345678901"], [null]],
  ["letters that are cut", ["ä\n"], ["ä"]],
])("%s", async (_, given, lines) => {
  expect(await Array.fromAsync(linesOf(pieces(...given), 10))).toEqual(lines);
});

test("a letter that comes in two pieces is one letter", async () => {
  const bytes = Buffer.from("ä\n");
  async function* halves() {
    yield bytes.subarray(0, 1);
    yield bytes.subarray(1);
  }
  expect(await Array.fromAsync(linesOf(halves()))).toEqual(["ä"]);
});
