import { expect, test } from "bun:test";
import { nearest } from "../../src/config/nearest.ts";

const KEYS = ["command", "cwd", "env", "port", "restart", "ready", "dependsOn", "production", "db"];

test.each([
  ["comand", "command"],
  ["commadn", "command"],
  ["PORT", "port"],
  ["prot", "port"],
  ["redy", "ready"],
  ["depends_on", "dependsOn"],
  ["dependson", "dependsOn"],
  ["prod", "production"],
  ["dbb", "db"],
  ["b", null],
  ["xyz", null],
  ["", null],
  ["somethingElseEntirely", null],
])("nearest to %j is %j", (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});
