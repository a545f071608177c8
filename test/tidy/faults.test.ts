/** Each fault that procman claims to survive is named by a test, and no test names one that is not in the list. */

import { expect, test } from "bun:test";
import { FAULTS } from "./faults.ts";
import { sourceFiles } from "./source.ts";

/** Titles are strings; what stands in comments proves nothing. */
const TITLE = /(?<=["'`].*)\bF\d\d\b/g;

test("every fault is named by the test that proves it, and has a line that says what it is", () => {
  const tests = sourceFiles("test").filter(
    ({ path }) => path.endsWith(".test.ts") && !path.startsWith("test/tidy/"),
  );
  const named = new Set(tests.flatMap(({ text }) => text.match(TITLE) ?? []));
  expect([...named].toSorted()).toEqual(Object.keys(FAULTS));
});
