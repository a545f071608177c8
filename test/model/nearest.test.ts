/** Names that were probably meant. */

import { expect, test } from "bun:test";
import { nearest } from "../../src/model/nearest.ts";

test.each([
  ["wroker", ["api", "worker"], "worker"],
  ["API", ["api", "worker"], "api"],
  ["dd", ["a", "d"], "d"],
  // One edit, and another process altogether.
  ["d", ["a", "b"], null],
  ["x", [], null],
])("nearest to %j of %j is %j", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
