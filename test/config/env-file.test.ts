import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseEnvFile } from "../../src/config/env-file.ts";

test.each([
  ["A=1", { A: "1" }],
  ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["export A=1", { A: "1" }],
  ["  A = 1  ", { A: "1" }],
  ["A=", { A: "" }],
  ["A=a b c", { A: "a b c" }],
  ["A=1 # one", { A: "1" }],
  ["A=a#b", { A: "a#b" }],
  ["A=#b", { A: "" }],
  ["# A=1\n\n   \nB=2", { B: "2" }],
  ["A='a # b' # c", { A: "a # b" }],
  ['A="a # b"', { A: "a # b" }],
  [String.raw`A="a\nb\"c\\d\$e"`, { A: 'a\nb"c\\d$e' }],
  [String.raw`A='a\nb'`, { A: "a\\nb" }],
  ["A='one\ntwo'\nB=2", { A: "one\ntwo", B: "2" }],
  ['A="one\ntwo"', { A: "one\ntwo" }],
  ['A=`it\'s "so"`', { A: `it's "so"` }],
  ["A=${B} $B", { A: "${B} $B" }],
  ["A=1\nA=2", { A: "2" }],
  ["A=postgres://u:p@h/db?x=1&y='2'", { A: "postgres://u:p@h/db?x=1&y='2'" }],
  ["", {}],
])("an env file that says %j gives %j", (content, variables) => {
  const result = parseEnvFile(content);
  expect(result.ok && { ...result.variables }).toEqual(variables);
});

test.each([
  ["A=1\nnope", 2, "expected NAME=value"],
  ["\n\n=1", 3, "expected NAME=value"],
  ["A='open\n", 1, "not closed"],
  ['A="a" b', 1, "there is more after the value of A"],
])("an env file that says %j is refused with its line", (content, line, message) => {
  const result = parseEnvFile(content);
  expect(result).toMatchObject({ ok: false, line });
  expect(result.ok ? "" : result.message).toContain(message);
});

test("no env file makes the reader throw or hang", () => {
  const text = fc
    .array(fc.constantFrom("A", "=", " ", "\n", "'", '"', "`", "#", "\\", "\r", "export ", "$"))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, (content) => typeof parseEnvFile(content).ok === "boolean"),
    { numRuns: 2_000 },
  );
});
