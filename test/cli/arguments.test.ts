/** Arguments are read strictly: nothing is ignored in silence. */

import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { readArguments } from "../../src/cli/arguments.ts";
import { splitCommandLine } from "../../src/cli/commands.ts";

const own: ArgsDef = {
  follow: { type: "boolean", alias: "f" },
  lines: { type: "string", alias: ["n", "tail"] },
  deps: { type: "boolean" },
};

test("flags, words and what follows -- are told apart", () => {
  const args = readArguments(["api", "-n", "5", "web", "-f", "--", "ls", "-l"], own);
  expect(args.words).toEqual(["api", "web"]);
  expect(args.text("lines")).toBe("5");
  expect(args.isSet("follow")).toBe(true);
  expect(args.rest).toEqual(["ls", "-l"]);
});

test("a repeated flag keeps all its values, --no- takes one back, = joins", () => {
  const args = readArguments(["--file=a.yaml", "--file", "b.yaml", "--no-deps"], own);
  expect(args.texts("file")).toEqual(["a.yaml", "b.yaml"]);
  expect(args.text("deps")).toBe("false");
  expect(args.isSet("deps")).toBe(false);
});

test("a flag is also taken by what other tools call it", () => {
  expect(readArguments(["--tail", "5"], own).text("lines")).toBe("5");
  expect(readArguments(["--tail=6"], own).text("lines")).toBe("6");
});

test("a command's own short flag wins over a global one", () => {
  expect(readArguments(["-f"], own).isSet("follow")).toBe(true);
  expect(readArguments(["-f", "x.yaml"], {}).texts("file")).toEqual(["x.yaml"]);
});

for (const [args, message] of [
  [["--folow"], "--folow"],
  [["-x"], "-x"],
  [["--lines"], "it needs a value"],
  [["--home", "--json"], "it needs a value, and '--json' looks like a flag"],
  [["-n", "-f"], "it needs a value, and '-f' looks like a flag"],
] as const) {
  test(`${args.join(" ")} is an error that says so`, () => {
    expect(() => readArguments(args, own)).toThrow(message);
  });
}

for (const [line, name, rest] of [
  ["up -d", "up", ["-d"]],
  ["-f x.yaml up", "up", ["--file", "x.yaml"]],
  // Short flags before the name are everybody's, those after it the command's own.
  [
    "-f x.yaml -C /d logs -f -C 3",
    "logs",
    ["--file", "x.yaml", "--directory", "/d", "-f", "-C", "3"],
  ],
  ["--home /h -q ls --json", "ls", ["--home", "/h", "-q", "--json"]],
  ["help logs", "logs", []],
  ["--help", null, ["--help"]],
] as const) {
  test(`the command of '${line}' is ${name}`, () => {
    const split = splitCommandLine(line.split(" "));
    expect([split.name, split.args]).toEqual([name, [...rest]]);
  });
}
