/** Globs over names and types. */

import { expect, test } from "bun:test";
import { matchesGlob } from "../../src/model/glob.ts";

test.each([
  ["web-*", "web-a", true],
  ["web-*", "a-web-a", false],
  ["*", "", true],
  ["?", "", false],
  ["a?c", "abc", true],
  ["a.c", "abc", false],
  ["*a*b", "aabab", true],
  ["*a*b", "aabaa", false],
  ["**", "a", true],
])("%j matches %j: %p", (glob, text, isMatched) => {
  expect(matchesGlob(glob, text)).toBe(isMatched);
});

test("a glob of many stars takes no longer than others, whoever sends it", () => {
  const beganMs = performance.now();
  expect(matchesGlob(`${"*a".repeat(90)}*b`, "a".repeat(5_000))).toBe(false);
  expect(performance.now() - beganMs).toBeLessThan(1_000);
});
