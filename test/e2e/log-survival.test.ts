/** Output outlives the daemon: no line lost, doubled or torn, at the highest rate that the machine gives. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { eventually, FIXTURES, isAlive, Sandbox } from "./sandbox.ts";

const SOAK = process.env["PROCMAN_SOAK"] === "1";
const CHILDREN = 10;
const KILLS = SOAK ? 100 : 8;

test(`F02: ${CHILDREN} floods with rotation, ${KILLS} kills of the daemon: no line is missing, torn or doubled`, async () => {
  const names = Array.from({ length: CHILDREN }, (_, nth) => `flood${nth}`);
  const flood = (name: string) => ({
    command: [process.execPath, join(FIXTURES, "flood.ts"), name],
    stop: { timeout: "60s" },
    log: { maxSize: "16MiB", maxFiles: 10_000, compress: false },
  });
  await using sandbox = new Sandbox({
    processes: Object.fromEntries(names.map((name) => [name, flood(name)])),
  });
  await sandbox.ok("up", "-d");
  const before = await sandbox.list();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const killed = await sandbox.killDaemon();
    await eventually("the next daemon", async () => {
      const { pid } = JSON.parse((await sandbox.run("daemon", "status", "--json")).stdout) ?? {
        pid: killed,
      };
      return { value: pid, done: pid !== killed };
    });
    await Bun.sleep(50 + ((kill * 37) % 150)); // Anywhere in its work.
  }
  const after = await sandbox.list();
  expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  expect(after.map(({ restarts }) => restarts)).toEqual(before.map(() => 0));
  await sandbox.ok("stop", "all");
  expect(before.filter(({ pid }) => isAlive(pid ?? 0))).toEqual([]);

  let lines = 0;
  for (const name of names) {
    const counted = await count(join(sandbox.home, "logs", "project"), name);
    expect({ name, ...counted, total: 0 }).toEqual({
      name,
      missing: 0,
      torn: 0,
      doubled: 0,
      ended: true,
      total: 0,
    });
    lines += counted.total;
  }
  console.log(`F02: ${KILLS} kills, ${lines} lines, 0 missing, 0 torn, 0 doubled`);
}, 600_000);

/** Reads all files of a stream, the oldest first, and compares each line with the one it has to be. */
async function count(directory: string, name: string) {
  const base = `${name}.1.stdout.log`;
  const rotated = readdirSync(directory)
    .filter((file) => file.startsWith(`${base}.`))
    .map((file) => Number(file.slice(base.length + 1)))
    .toSorted((one, other) => other - one);
  const files = [...rotated.map((nth) => `${base}.${nth}`), base];
  let [expected, missing, torn, doubled, ended] = [0, 0, 0, 0, false];
  let rest = "";
  for (const file of files) {
    const text = rest + (await Bun.file(join(directory, file)).text());
    const lines = text.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const match = /^(\S+) (end )?(\d+)$/.exec(line);
      const number = Number(match?.[3]);
      if (match === null || match[1] !== name) torn += 1;
      else if (match[2] !== undefined) ended = number === expected;
      else {
        if (number < expected) doubled += 1;
        else missing += number - expected;
        expected = Math.max(expected, number + 1);
      }
    }
  }
  return { missing, torn: torn + (rest === "" ? 0 : 1), doubled, ended, total: expected };
}
