/** What the log worker has open is no burden on each start of a process. */

import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logPath } from "../../src/logfile/paths.ts";
import { createOutput } from "../../src/logs/output.ts";
import { eventually } from "../e2e/eventually.ts";

const RUNS = 20;
/** What the daemon's own thread may have opened meanwhile. */
const SLACK = 6;

test.skipIf(process.platform !== "linux")(
  "pipes and files of runs are not among the descriptors that every child begins with",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "procman-descriptors-"));
    const troubles: string[] = [];
    const trouble = (what: string, error: unknown): void => {
      troubles.push(`${what}: ${String(error)}`);
    };
    const plane = createOutput({ home, splice: true, trouble, onRotated() {}, onDropped() {} });
    try {
      const before = readdirSync("/proc/self/fd").length;
      const runs = Array.from({ length: RUNS }, (_, at) => runOf(at + 1));
      for (const run of runs) {
        const ends = plane.open(run);
        writeSync(ends.stdoutFd, `it is ${run.runId}\n`);
        ends.close();
      }
      for (const run of runs) {
        const path = logPath(home, run, "stdout");
        await eventually("its line to be kept", async () => {
          const value = existsSync(path) ? readFileSync(path, "utf8") : "";
          return { value, done: value === `it is ${run.runId}\n` };
        });
      }
      await eventually("the ends of the children to be closed", async () => {
        const value = readdirSync("/proc/self/fd").length - before;
        return { value, done: value < SLACK };
      });
    } finally {
      await plane.close();
      rmSync(home, { recursive: true });
    }
    expect(troubles).toEqual([]);
  },
  30_000,
);

function runOf(index: number) {
  const log = { maxSizeBytes: 10_000_000, maxFiles: 5, maxAgeMs: null, compress: false } as const;
  return {
    project: "shop",
    process: "api",
    index,
    instance: `shop/api.${index}`,
    runId: `home-${index}`,
    log: { ...log, onFull: "drop", file: null },
  } as const;
}
