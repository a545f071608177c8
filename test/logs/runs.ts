/** Runs of one process whose output is captured, for tests of that. */

import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOutput } from "../../src/logs/output.ts";
import type { OutputPlane } from "../../src/logs/plane.ts";
import type { OutputRun } from "../../src/supervisor/ports.ts";

export const owner = { project: "shop", process: "api", index: 1 };

export const log = {
  maxSizeBytes: 10_000_000,
  maxFiles: 5,
  maxAgeMs: null,
  compress: false,
  onFull: "drop",
  file: null,
} as const;

export function runOf(runId: string, rules: Partial<OutputRun["log"]> = {}): OutputRun {
  return { ...owner, instance: "shop/api.1", runId, log: { ...log, ...rules } };
}

/** A plane in a home of its own, which has no trouble and drops nothing. */
export async function usePlane(
  splice: boolean,
  use: (plane: OutputPlane, home: string) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "procman-output-"));
  const troubles: string[] = [];
  const plane = createOutput({
    home,
    splice,
    trouble: (what, error) => troubles.push(`${what}: ${String(error)}`),
    onRotated: () => {}, // Seen by the files.
    onDropped: (_, { bytes }) => troubles.push(`dropped ${bytes}`),
  });
  try {
    await use(plane, home);
  } finally {
    await plane.close();
    rmSync(home, { recursive: true });
  }
  expect(troubles).toEqual([]);
}

/** A run from its start to its end. */
export async function capture(
  plane: OutputPlane,
  run: OutputRun,
  command: string[],
): Promise<void> {
  const ends = plane.open(run);
  const child = Bun.spawn(command, { stdio: ["ignore", ends.stdoutFd, ends.stderrFd] });
  ends.close();
  await child.exited;
  await plane.drain(run.runId);
}
