/** The gate tells the truth: about the totals, and about what the tests left behind. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failuresIn } from "./failures.ts";
import { leftovers } from "./leftovers.ts";
import { openPlayground } from "./playground.ts";
import { asUnsteady, readTotals, renderTotals } from "./totals.ts";

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

test("what fails alone no more is told, and does not count as failed", () => {
  const totals = asUnsteady({ passed: 10, failed: 1, skipped: 2, unsteady: 0 }, 1);
  expect(renderTotals(totals)).toBe("11 passed, 0 failed, 2 skipped, 1 unsteady");
});

test("what has failed is read with its file and what was printed about it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "failing-"));
  const put = (name: string, ...tests: string[]) =>
    writeFileSync(
      join(directory, name),
      ['import { describe, expect, test } from "bun:test";', ...tests].join("\n"),
    );
  try {
    put("good.test.ts", 'test("is fine", () => {});');
    put(
      "bad.test.ts",
      'describe("one", () => test("is [two]", () => expect(1).toBe(2)));',
      'test("hangs", () => new Promise(() => {}), 50);',
    );
    put("dies.test.ts", 'test("kills", () => process.kill(process.pid, "SIGKILL"));');
    const argv = [process.execPath, "test", "--dots", "--parallel=2"];
    const run = Bun.spawnSync(argv, { cwd: directory, env: { ...process.env, NO_COLOR: "1" } });
    const output = run.stdout.toString() + run.stderr.toString();
    const failures = failuresIn(output).toSorted((a, b) => a.title.localeCompare(b.title));
    expect(failures.map(({ file, title }) => [file, title])).toEqual([
      ["bad.test.ts", "hangs"],
      ["bad.test.ts", "one > is [two]"],
      ["dies.test.ts", "worker crashed: SIGKILL"],
    ]);
    // What was printed may come after the line that it belongs to: then it stands with the next.
    const about = failures.map((it) => it.about).join("\n");
    expect(about).toContain("Expected: 2\nReceived: 1");
    expect(about).toContain("this test timed out after 50ms");
    expect(failures.length).toBe(readTotals(output)?.failed ?? 0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

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
