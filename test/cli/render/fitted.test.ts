/** What people read is broken between words, whatever the width of their terminal. */

import { describe, expect, test } from "bun:test";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { helpAbout, overview } from "../../../src/cli/help/help.ts";
import { TOPICS } from "../../../src/cli/help/topics.ts";
import { fitted, fittedHelp } from "../../../src/cli/render/fitted.ts";

test.each([
  ["what fits stays", "a bc", "a bc"],
  ["a line goes on where it begins", "  one two three four", "  one two three\n  four"],
  [
    "a word that is too long stays whole",
    "in /a/path/longer/than/that it",
    "in\n/a/path/longer/than/that\nit",
  ],
  ["blanks within are kept", "a    ", "a    "],
])("%s", (_, text, expected) => {
  expect(fitted(text, 16)).toBe(expected);
});

test("text beside names goes on beside them, or below where that would be too narrow", () => {
  const line = "  because  port 80 is taken by python3 (pid 7)";
  expect(fitted(line, 36)).toBe("  because  port 80 is taken by\n           python3 (pid 7)");
  expect(fitted(line, 30)).toBe("  because\n      port 80 is taken by\n      python3 (pid 7)");
});

test("a message goes on further in than it begins, and none without a terminal", () => {
  expect(fitted("error: cannot start api", 18, 2)).toBe("error: cannot\n  start api");
  expect(fitted("error: cannot start api", null, 2)).toBe("error: cannot start api");
});

describe.each([72, 80, 100])("at %i columns", (width) => {
  const all = [...Object.keys(COMMANDS), ...Object.keys(TOPICS)];
  test.each(["", ...all])("no line of help on '%s' is broken by the terminal", async (name) => {
    const text = name === "" ? overview() : await helpAbout(name);
    const shown = fittedHelp(text, width);
    const wide = shown.split("\n").filter((line) => Bun.stringWidth(line) > width);
    expect(wide).toEqual([]);
    expect(shown.replaceAll(/\s+/g, "")).toBe(text.replaceAll(/\s+/g, ""));
  });
});
