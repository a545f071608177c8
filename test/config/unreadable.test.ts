import { describe, expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

describe("a syntax error names its line and column", () => {
  test.each([
    ["procman.yaml", "a: 1\n b: 2\n", ":2:3: cannot be read: Unexpected token"],
    ["procman.yaml", "a: *b", ":1:4: cannot be read: Unresolved alias"],
    ["procman.toml", "a = 1\nb = = 2\n", ":2:5: cannot be read: Expected a value but found '='"],
    ["procman.toml", "a = 1\na = 2\n", ":2:1: cannot be read: Cannot redefine key 'a'"],
    [
      "procman.json",
      '{\n"a": 1,\n// no\n"b": 2}',
      ":3:1: cannot be read: JSON does not support comments",
    ],
    ["procman.json", '{"a": {}}\n}', ":2:1: cannot be read: there is more after the end of it"],
    ["procman.config.jsonc", '{\n"a": }', ":2:6: cannot be read: Unexpected }"],
    ["package.json", '{"procman": {\n"a": }}', ":2:6: cannot be read: Unexpected }"],
    ["procman.config.ts", "export default {\n  a: ,\n};", ":2:6: cannot be read: Unexpected ,"],
    ["procman.config.js", "export default {\n  a: ,\n};", ":2:6: cannot be read: Unexpected ,"],
  ])("%s: %j", async (file, content, expected) => {
    expect(await problemsOf({ [file]: content })).toEqual([file + expected]);
  });
});

test("a package.json that is broken is told of when it has the key", async () => {
  const [problem] = await problemsOf({ "package.json": '{\n"procman": { "name": }\n}' });
  expect(problem).toStartWith("package.json:2:22: cannot be read: ");
});

test.each([
  ["deep", `a: ${"[".repeat(100)}${"]".repeat(100)}`, "it is nested deeper than 48"],
  ["far too deep", `a: ${"[".repeat(1e5)}${"]".repeat(1e5)}`, "it is nested too deeply"],
  [
    "exploding",
    `a: &a [1,1,1,1,1,1,1,1,1,1]\n${Array.from("bcdefgh", (name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(10)}]`).join("\n")}`,
    "Excessive aliasing",
  ],
  ["cyclic", "a: &a { b: *a }", "it is nested deeper than 48"],
  ["large", `a: "${"x".repeat(10_000_000)}"`, "it has 10000005B, and at most 4MiB are read"],
])("a document that is %s is refused and hangs nothing", async (_, content, expected) => {
  const [problem] = await problemsOf({ "procman.yaml": content });
  expect(problem).toMatch(/^procman\.yaml(?::\d+:\d+)?: cannot be read: /);
  expect(problem).toEndWith(`: cannot be read: ${expected}`);
});
