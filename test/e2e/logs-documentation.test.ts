/** The examples of docs/logs.md, run. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const TEXT = readFileSync(join(import.meta.dir, "../../docs/logs.md"), "utf8");
const [, CONFIG = ""] = /^```yaml procman\.yaml\n([\s\S]*?)^```$/m.exec(TEXT) ?? [];
const EXAMPLES = [...TEXT.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((example) => {
      const end = example.indexOf("\n");
      return [example.slice(0, end), example.slice(end + 1)] as const;
    }),
);

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox(null);
  sandbox.write("procman.yaml", CONFIG);
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "all", "--for", "completed");
});

afterAll(async () => sandbox[Symbol.asyncDispose]());

for (const [line, wanted] of EXAMPLES) {
  const lacksTool = line.includes("| jq") && Bun.which("jq") === null;
  test.skipIf(lacksTool)(line, async () => {
    const { stdout, stderr } = await sandbox.shell(line.replaceAll("procman ", "$PROCMAN "));
    // Colours of the child are left out of the text, not of the view.
    expect([Bun.stripANSI(stdout), stderr]).toEqual([wanted, ""]);
  });
}

test("every flag of logs is in its page", async () => {
  const { LOG_FLAGS } = await import("../../src/cli/log-flags.ts");
  const absent = Object.entries(LOG_FLAGS).flatMap(([name, definition]) => {
    const spellings = [`--${name}`, `--no-${name}`];
    const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
    spellings.push(...aliases.map((alias) => `-${alias}`));
    return spellings.some((spelling) => TEXT.includes(`\`${spelling}`)) ? [] : [name];
  });
  expect(absent).toEqual([]);
});
