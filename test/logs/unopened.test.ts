/** A run whose pipes the log worker cannot open, as when it has no descriptor left. */

import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dropped } from "../../src/logs/options.ts";
import { createOutput } from "../../src/logs/output.ts";
import { eventually } from "../e2e/eventually.ts";
import { runOf } from "./runs.ts";

const run = runOf("home-1");

test.skipIf(process.platform !== "linux")(
  "what it has written is counted as dropped, its drain comes back, and its descriptors are let go",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "procman-unopened-"));
    const told: Dropped[] = [];
    const options = { home, splice: true, trouble() {}, onRotated() {} };
    const plane = createOutput({ ...options, onDropped: (_, dropped) => told.push(dropped) });
    const held = (): number =>
      readdirSync("/proc/self/fd").filter((fd) => targetOf(fd).startsWith(home)).length;
    try {
      const ends = plane.open(run);
      for (const end of ["out", "err"]) rmSync(join(home, "run", `${run.runId}.${end}`));
      writeSync(ends.stdoutFd, "nobody reads it\n");
      ends.close();
      await plane.drain(run.runId);
      await eventually("the ends of the child to be closed", async () => {
        const value = held();
        return { value, done: value === 0 };
      });
      expect(told).toEqual([{ stream: "stdout", bytes: 16, isOver: true }]);
      expect(plane.droppedBytes(run.instance)).toBe(16);
    } finally {
      await plane.close();
      rmSync(home, { recursive: true });
    }
    expect(existsSync(home)).toBe(false);
  },
  60_000,
);

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ""; // That of the listing itself, closed since.
  }
}
