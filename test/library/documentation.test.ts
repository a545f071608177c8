/** The examples of docs/library.md, run, and its table of methods. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CALLS, type Call } from "../../src/library/calls.ts";
import { operations, type OperationName } from "../../src/protocol/operations.ts";
import { Sandbox } from "../e2e/sandbox.ts";

const REPOSITORY = resolve(import.meta.dir, "../..");
const TEXT = readFileSync(join(REPOSITORY, "docs/library.md"), "utf8");
const SLOW_MS = 60_000;

const [, CONFIG = ""] = /^```yaml procman\.yaml\n([\s\S]*?)^```$/m.exec(TEXT) ?? [];
const EXAMPLES = [
  ...TEXT.matchAll(/^```(?:ts|python) (\S+)\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm),
].map(([, name = "", program = "", output = ""]) => [name, program, output] as const);

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox(null);
  sandbox.write("procman.yaml", CONFIG);
  const paths = { procman: [join(REPOSITORY, "src/index.ts")] };
  sandbox.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths } }));
  mkdirSync(join(sandbox.root, "bin"));
  const command = join(sandbox.root, "bin/procman");
  writeFileSync(
    command,
    `#!/bin/sh\nexec '${process.execPath}' '${REPOSITORY}/src/cli/main.ts' "$@"\n`,
  );
  chmodSync(command, 0o755);
});

afterAll(async () => sandbox[Symbol.asyncDispose]());

for (const [name, program, output] of EXAMPLES) {
  const isPython = name.endsWith(".py");
  const python = Bun.which("python3");
  // Where there is no Python nobody needs its client.
  test.skipIf(isPython && python === null)(
    name,
    async () => {
      const path = sandbox.write(name, program);
      const child = Bun.spawn([isPython ? (python ?? "") : process.execPath, path], {
        cwd: sandbox.directory,
        env: {
          PATH: `${join(sandbox.root, "bin")}:${process.env["PATH"] ?? ""}`,
          HOME: sandbox.root,
          PROCMAN_HOME: sandbox.home,
          PYTHONPATH: join(REPOSITORY, "src/python"),
          PYTHONDONTWRITEBYTECODE: "1",
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      expect([stdout, stderr]).toEqual([output, ""]);
    },
    SLOW_MS,
  );
}

test("there is an example of each way", () => {
  expect(EXAMPLES.map(([name]) => name)).toEqual(["manager.ts", "connected.ts", "client.py"]);
});

test("every method of a connection is in its table, with what it is for", () => {
  const rows = (Object.entries(CALLS) as [string, Call<OperationName>][]).map(
    ([name, { operation }]) => `| \`${name}\` | ${operations[operation].summary} |`,
  );
  const plain = TEXT.replaceAll(/ +\|/g, " |");
  expect(rows.filter((row) => !plain.includes(row))).toEqual([]);
});
