/** How deep a JSON text is nested. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { isDeeper } from "../../src/protocol/depth.ts";

function depthOf(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("it is that of what is read from it, whatever stands in its texts", () => {
  const bracketUnit = fc.constantFrom("[", "]", "{", "}", '"', "\\", "a");
  const tree = fc.jsonValue({ maxDepth: 8, stringUnit: bracketUnit, depthSize: "medium" });
  fc.assert(
    fc.property(tree, (value) => {
      const depth = depthOf(value);
      // A short text is not looked at.
      const text = `${JSON.stringify(value)}${" ".repeat(2 * depth + 2)}`;
      expect(isDeeper(text, depth)).toBe(false);
      if (depth > 0) expect(isDeeper(text, depth - 1)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("what is no JSON is taken for something as well", () => {
  for (const text of ["]]]]]][[[[", '"[[[[[[[[[', '"\\', "{{{{{{"]) {
    expect(isDeeper(text, 2)).toBe(text === "{{{{{{");
  }
});
