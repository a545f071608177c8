/** What is said when no restart is left. */

import { expect, test } from "bun:test";
import { spentBudget } from "../../src/core/restart.ts";

test.each([
  [0, "no restart is allowed"],
  [1, "the restart allowed within 1m is spent"],
  [5, "the 5 restarts allowed within 1m are spent"],
])("with restart.max %d it is: %s", (max, said) => {
  expect(spentBudget({ max, windowMs: 60_000 })).toBe(said);
});
