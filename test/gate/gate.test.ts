/** The gate tells the truth: about the totals, and about what the tests left behind. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { leftovers } from "./leftovers.ts";
import { openPlayground } from "./playground.ts";
import { readTotals, renderTotals } from "./totals.ts";

const rows: readonly (readonly [output: string, line: string | null])[] = [
  [
    "\n 12 pass\n 0 fail\n 30 expect() calls\nRan 12 tests across 3 files. [1s]\n",
    "12 passed, 0 failed",
  ],
  [
    " 1 pass\n 2 skip\n 1 todo\n 3 fail\n 1 error\nRan 7 tests across 1 file. [1s]",
    "1 passed, 3 failed, 3 skipped",
  ],
  [
    "a test printed\n 99 fail\n" + "\n".repeat(12) + " 1 pass\n 0 fail\nRan 1 test across 1 file.",
    "1 passed, 0 failed",
  ],
  [" 12 pass\n 0 fail\n", null],
];

for (const [output, line] of rows) {
  test(`a summary ${JSON.stringify(output.slice(-60))} counts as '${line ?? "none"}'`, () => {
    const totals = readTotals(output);
    expect(totals === null ? null : renderTotals(totals)).toBe(line);
  });
}

test("a process that is left over is listed and killed, and so is a file told", async () => {
  const playground = openPlayground();
  try {
    const child = Bun.spawn(["sleep", "100"], { env: playground.env, detached: true });
    writeFileSync(join(playground.directory, "tmp", "left.txt"), "");
    const left = await leftovers(playground, 100);
    expect(left.processes).toEqual([expect.objectContaining({ pid: child.pid })]);
    expect(left.processes[0]?.command).toBe("sleep 100");
    expect(left.files).toEqual(["tmp/left.txt"]);
    expect(await child.exited).toBe(128 + 9);
  } finally {
    playground.remove();
  }
});

test("a process that ends by itself soon after the tests is not held against them", async () => {
  const playground = openPlayground();
  try {
    Bun.spawn(["sleep", "0.2"], { env: playground.env });
    expect(await leftovers(playground)).toEqual({ processes: [], files: [] });
  } finally {
    playground.remove();
  }
});
