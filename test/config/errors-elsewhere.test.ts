import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { folderOf, load, problemsOf } from "./project-folder.ts";

/** One process `a`, on line 3, with these keys. */
const process = (keys: string) => `name: shop\nprocesses:\n  a: { command: x, ${keys} }\n`;

describe("what is wrong elsewhere than in the project's file names the place", () => {
  test("a value from the environment names the variable", async () => {
    const env = { PROCMAN_CONFIG__processes__a__port: "x", PROCMAN_CONFIG__a____b: "1" };
    const problems = await problemsOf({ "procman.yaml": process("") }, { env });
    expect(problems[0]).toBe(
      "PROCMAN_CONFIG__a____b: expected keys with two underscores between them",
    );
    expect(problems[1]).toStartWith(
      "PROCMAN_CONFIG__processes__a__port: processes.a.port: expected a port",
    );
  });

  test("a value from another file names that file", async () => {
    const folder = folderOf({
      "p/procman.yaml": process(""),
      "p/procman.local.yaml": "\nconcurrency: 0",
      "q/x": "",
    });
    const result = await load(join(folder, "q"), { files: ["../p/procman.yaml"] });
    expect(result).toMatchObject({
      ok: false,
      problems: [{ details: { line: 2, path: "concurrency" } }],
    });
    expect(!result.ok && result.problems[0]!.message).toStartWith(
      join(folder, "p/procman.local.yaml:2: "),
    );
  });

  test("an unknown profile names the nearest", async () => {
    const files = { "procman.yaml": "profiles: { production: [] }" };
    expect(await problemsOf(files, { profiles: ["prod"] })).toEqual([
      'Cannot use profile "prod": the configuration has no such profile | Did you mean "production"?',
    ]);
  });

  test("a broken env file names its line", async () => {
    const files = {
      "procman.yaml": "envFile: .env\nprocesses: { a: x, b: y }",
      ".env": "A=1\n?\n",
    };
    expect(await problemsOf(files)).toEqual([
      'procman.yaml:1: envFile: ".env:2" cannot be read: expected NAME=value',
    ]);
  });
});
