/** Which processes belong to a run. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ProcessForest } from "../../src/platform/process-tree.ts";
import { eventually } from "../e2e/eventually.ts";

const IS_LINUX = process.platform === "linux";
const home = `tree-${process.pid}`;
const GONE = { pid: 2 ** 22, startTicks: "1" };

const members = (runId: string): (string | undefined)[] => {
  const pids = new ProcessForest().membersOf(runId, GONE).map(({ pid }) => pid);
  return [...started].filter(([, { pid }]) => pids.includes(pid)).map(([name]) => name);
};

const started = new Map<string, Bun.Subprocess>();

beforeAll(async () => {
  for (const name of ["1", "1/lib/1", "1/lib/2", "1/lib/22", "11"]) {
    const env = { PROCMAN_RUN_ID: `${home}-${name}`, PATH: process.env["PATH"] ?? "" };
    started.set(name, Bun.spawn(["sleep", "1000"], { env, detached: true }));
  }
  if (!IS_LINUX) return;
  await eventually("their environments", async () => {
    const value = [...members(`${home}-1`), ...members(`${home}-11`)];
    return { value, done: value.length === started.size };
  });
});

afterAll(() => {
  for (const child of started.values()) child.kill("SIGKILL");
});

test.skipIf(!IS_LINUX).each([
  ["1", ["1", "1/lib/1", "1/lib/2", "1/lib/22"]],
  ["11", ["11"]],
  ["1/lib/2", ["1/lib/2"]],
  ["1/lib", ["1/lib/1", "1/lib/2", "1/lib/22"]],
])("a run has those within it, and none beside it: %s", (runId, expected) => {
  expect(members(`${home}-${runId}`)).toEqual(expected);
});
