/** What limits of the machine are enough. */

import { expect, test } from "bun:test";
import { limitFindings } from "../../../src/daemon/diagnosis/limits.ts";
import { limitsOf } from "../../../src/platform/limits-of.ts";
import type { MachineLimits } from "../../../src/platform/machine-limits.ts";

const AMPLE: MachineLimits = {
  openFiles: 1_000_000,
  tasksLeft: { count: 30_000, bound: "kernel.pid_max" },
  pipes: { softPages: 16_384, hardPages: null, usedPages: 160 },
  inotify: { instances: 512, watches: 524_288 },
};

const ROWS: readonly (readonly [change: Partial<MachineLimits>, check: string, level: string])[] = [
  [{ openFiles: null }, "open files", "ok"],
  [{ openFiles: 1_024 }, "open files", "ok"],
  [{ openFiles: 512 }, "open files", "warning"],
  [{ openFiles: 64 }, "open files", "error"],
  [{ tasksLeft: { count: 50, bound: "ulimit -u" } }, "processes", "warning"],
  [{ tasksLeft: { count: 0, bound: "ulimit -u" } }, "processes", "error"],
  [{ pipes: { softPages: null, hardPages: null, usedPages: 0 } }, "pipe budget", "ok"],
  [{ pipes: { softPages: 16_384, hardPages: null, usedPages: 16_200 } }, "pipe budget", "warning"],
  [{ pipes: { softPages: 16_384, hardPages: null, usedPages: 99_999 } }, "pipe budget", "warning"],
  [{ pipes: { softPages: 100, hardPages: 200, usedPages: 199 } }, "pipe budget", "error"],
  [{ inotify: { instances: 512, watches: 8_192 } }, "inotify", "warning"],
  [{ inotify: { instances: 16, watches: 524_288 } }, "inotify", "warning"],
];

test("nothing is wrong where there is plenty", () => {
  expect(limitFindings(AMPLE).map(({ level }) => level)).toEqual(["ok", "ok", "ok", "ok"]);
});

for (const [change, check, level] of ROWS) {
  test(`${JSON.stringify(change)} is ${level}, with its fix`, () => {
    const findings = limitFindings({ ...AMPLE, ...change });
    const found = findings.find((finding) => finding.check === check);
    expect(found).toMatchObject({ level });
    expect(found?.fix === null).toBe(level === "ok");
    const others = findings.filter((finding) => finding.check !== check);
    expect(others.map((finding) => finding.level)).toEqual(["ok", "ok", "ok"]);
  });
}

test("the limits of this machine are read", () => {
  const { openFiles, tasksLeft } = limitsOf(process.pid);
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", "ulimit -Hn"]);
  const said = stdout.toString().trim();
  expect(openFiles).toBe(said === "unlimited" ? null : Number(said));
  expect(tasksLeft?.count).toBeGreaterThan(0);
});
