/** What the commands that people wait for with a finger on a key load. Their times are measured in bench/start-up.ts:
 *  a test that asserts times fails on a busy machine, one that asserts what they come from does not. */

import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import { COMMANDS } from "../../src/cli/commands.ts";
import { FIXTURES, Sandbox } from "./sandbox.ts";

setDefaultTimeout(60_000);

const PRELOADED = join(FIXTURES, "loads.ts");
const SOURCES = resolve(import.meta.dir, "../../src");

/** Of the declaration of any command, with all that it drags along. */
const MOST_BYTES = 225_000;

/** Bytes of source: a millisecond is about 15,000 of them. */
const ROWS: readonly (readonly [line: string, code: number, says: string, mostBytes: number])[] = [
  ["--version", 0, "0.", 35_000],
  ["--help", 0, "Start and stop:", 50_000],
  ["ls --nope", 2, "no such flag", 55_000],
  ["lss", 2, "Did you mean", 45_000],
  ["--complete start a", 0, "api\t", 75_000],
  ["mcp", 0, "", 110_000],
  ["ls --json", 0, "shop/api.1", 100_000],
];

test("what has to be quick loads little, and no package", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { api: "sleep 1000" } });
  await sandbox.ok("up", "-d");
  for (const [line, code, says, mostBytes] of ROWS) {
    const { exitCode, text, packages, bytes } = loadsOf(sandbox, line.split(" "));
    expect([line, exitCode, text]).toEqual([line, code, expect.stringContaining(says)]);
    expect([line, packages]).toEqual([line, []]);
    expect([line, bytes > 10_000 && bytes <= mostBytes, bytes]).toEqual([line, true, bytes]);
  }
});

test("help and completion of no command load a package, or much", async () => {
  await using sandbox = new Sandbox(null);
  for (const name of Object.keys(COMMANDS)) {
    const { packages, bytes } = loadsOf(sandbox, ["--complete", "--", name, "--"]);
    expect([name, packages]).toEqual([name, []]);
    expect([name, bytes <= MOST_BYTES, bytes]).toEqual([name, true, bytes]);
  }
});

/** Runs a command and looks at the files that it loads. */
function loadsOf(sandbox: Sandbox, args: readonly string[]) {
  const loads = sandbox.write("loads.txt", "");
  const flags = ["--config=/dev/null", "--no-env-file", "--preload", PRELOADED];
  const main = join(SOURCES, "cli/main.ts");
  const ran = Bun.spawnSync([process.execPath, ...flags, main, ...args], {
    cwd: sandbox.directory,
    env: { PATH: process.env["PATH"], PROCMAN_HOME: sandbox.home, LOADS: loads },
  });
  const paths = readFileSync(loads, "utf8")
    .split("\n")
    .filter((path) => path !== PRELOADED);
  const sizes = paths.map((path) => readFileSync(path).length);
  return {
    exitCode: ran.exitCode,
    text: ran.stdout.toString() + ran.stderr.toString(),
    packages: paths.filter((path) => relative(SOURCES, path).includes("node_modules")),
    bytes: sizes.reduce((one, other) => one + other, 0),
  };
}
