/** Rotations are told, and a flood of them is not told one by one. */

import { expect, test } from "bun:test";
import { CAPTURE_LOG } from "../../src/daemon/captures.ts";
import { logPath } from "../../src/logfile/paths.ts";
import type { Rotated } from "../../src/logs/options.ts";
import { Rotations } from "../../src/logs/rotations.ts";
import type { OutputRun } from "../../src/supervisor/ports.ts";
import { eventually } from "../e2e/eventually.ts";

const run: OutputRun = {
  project: "shop",
  process: "api",
  index: 1,
  instance: "shop/api.1",
  runId: "home-1",
  log: CAPTURE_LOG,
};

test("the first rotation of a log is told at once, those that follow together, and none is left out", async () => {
  const told: Rotated[] = [];
  const rotations = new Rotations(
    { home: "/home", onRotated: (_, rotated) => told.push(rotated) },
    50,
  );
  const stdout = logPath("/home", run, "stdout");
  const stderr = logPath("/home", run, "stderr");
  rotations.add(run, stdout);
  rotations.add(run, stderr);
  rotations.add(run, "/project/api.log");
  const first = [
    { stream: "stdout", path: stdout, files: 1 },
    { stream: "stderr", path: stderr, files: 1 },
    { stream: null, path: "/project/api.log", files: 1 },
  ] as const;
  expect(told).toEqual([...first]);
  for (let nth = 0; nth < 100; nth += 1) rotations.add(run, stdout);
  expect(told).toHaveLength(3);
  await eventually("the rest to be told", async () => ({ value: told, done: told.length > 3 }));
  expect(told.slice(3)).toEqual([{ stream: "stdout", path: stdout, files: 100 }]);
  // After a while without any the next is told at once again.
  await eventually("the next to be told at once", async () => {
    const before = told.length;
    rotations.add(run, stderr);
    return { value: told, done: told.length > before };
  });
});
