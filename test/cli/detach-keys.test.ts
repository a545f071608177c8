/** What is typed on its way to the program, and the keys that end a session. */

import { describe, expect, test } from "bun:test";
import { DetachKeys, keySequence, nameOfSequence } from "../../src/cli/detach-keys.ts";

describe("what is typed reaches the program, but for the keys that detach", () => {
  const rows: readonly (readonly [
    parts: readonly string[],
    bytes: string,
    end: "typed" | "held" | "detach",
  ])[] = [
    [["plain"], "plain", "typed"],
    [["ab^]cd"], "ab", "detach"],
    [["ab^P"], "ab", "held"],
    [["ab^P", "^Q"], "ab", "detach"],
    [["^P^P^Q"], "^P", "detach"],
    [["^P", "x"], "^Px", "typed"],
    [["^P^]"], "^P", "detach"],
    [["^Q"], "^Q", "typed"],
    [["^B", "d"], "", "detach"],
    [["^Bx", "^"], "^Bx^", "typed"],
  ];
  for (const [parts, bytes, end] of rows) {
    test(parts.join(" "), () => {
      const keys = new DetachKeys(["^]", "ctrl-p,ctrl-q", "ctrl-b,d"].map(keySequence));
      const typed = parts.map((part) =>
        keys.take(Buffer.from(part.replaceAll(/\^[P\]BQ]/g, control))),
      );
      expect(Buffer.concat(typed.map((it) => it.bytes)).toString()).toBe(
        bytes.replaceAll(/\^[P\]BQ]/g, control),
      );
      expect(typed.at(-1)?.end).toBe(end);
    });
  }
});

test("the begin of a sequence that nothing follows is the program's", () => {
  const keys = new DetachKeys([keySequence("ctrl-p,ctrl-q")]);
  expect(keys.take(Buffer.from("\u0010")).bytes).toHaveLength(0);
  expect(keys.release().toString()).toBe("\u0010");
  expect(keys.take(Buffer.from("\u0011")).bytes.toString()).toBe("\u0011");
});

test("sequences are named as people say them, and a plain letter cannot begin one", () => {
  expect(["^]", "ctrl-p,ctrl-q", "ctrl-b,d"].map(nameOfSequence)).toEqual([
    "Ctrl-]",
    "Ctrl-P Ctrl-Q",
    "Ctrl-B d",
  ]);
  for (const text of ["d", "d,ctrl-b", "ctrl-", "ctrl-bd", ""]) {
    expect(() => keySequence(text)).toThrow("as a key");
  }
});

function control(shown: string): string {
  return String.fromCharCode(shown.charCodeAt(1) & 0x1f);
}
