/** The sixty seconds of README.md, run: what it shows is what is seen, but for pids, times and amounts. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { Sandbox } from "./sandbox.ts";

const README = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
const [, SECTION = ""] = /^## Sixty seconds\n([\s\S]*?)^## /m.exec(README) ?? [];
const [, CONFIG = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(SECTION) ?? [];
const COMMANDS = [...SECTION.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
  block.split(/^\$ /m).slice(1),
);
/** Of a row of `ls`; among them its pid, uptime, CPU time and memory. */
const CELLS = 8;
const BY_CHANCE: ReadonlySet<number> = new Set([2, 3, 4, 5]);

/** Of the README's own port. */
const PORT = "4100";

test("the sixty seconds of the README take their course", async () => {
  await using sandbox = new Sandbox(null);
  const [port] = freePorts();
  const here = (text: string): string => text.replaceAll(PORT, String(port));
  sandbox.write("procman.yaml", `name: hello\n${here(CONFIG)}`);
  expect(COMMANDS.length).toBeGreaterThan(5);
  let pids: readonly (number | null)[] = [];
  for (const command of COMMANDS) {
    const end = command.indexOf("\n");
    const [line, shown] = [command.slice(0, end), here(command.slice(end + 1))];
    if (line.startsWith("kill -9")) {
      pids = (await sandbox.list()).map(({ pid }) => pid);
      await sandbox.killDaemon();
      continue;
    }
    const { code, stdout, stderr } = await sandbox.run(...line.split(" ").slice(1));
    expect([line, code]).toEqual([line, 0]);
    expect(withoutChance(stdout + stderr)).toEqual(withoutChance(shown));
    if (line === "procman ls" && pids.length > 0) {
      expect((await sandbox.list()).map(({ pid }) => pid)).toEqual([...pids]);
    }
  }
}, 60_000);

/** The cells of each line, but for those that differ from one time to the next. */
function withoutChance(text: string): string[][] {
  const lines = text
    .replaceAll(/^hello: \d of \d up.*\n/gm, "") // On a busy machine, after a second.
    .trimEnd()
    .replaceAll(/\(pid \d+\)/g, "(pid …)")
    .split("\n");
  return lines.map((line) => {
    const cells = line.trimEnd().split(/ {2,}/);
    return cells.length < CELLS ? [line] : cells.filter((_, at) => !BY_CHANCE.has(at));
  });
}
