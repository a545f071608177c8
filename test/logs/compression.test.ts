/** Rotated files are compressed as their process asks, and read whatever they are. */

import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { viewAsItIs } from "../../src/logfile/log-view.ts";
import { logPath } from "../../src/logfile/paths.ts";
import { dropInterrupted } from "../../src/logs/compression.ts";
import { eventually } from "../e2e/eventually.ts";
import { linesOf } from "../logfile/log-stage.ts";
import { capture, owner, runOf, usePlane } from "./runs.ts";

/** Each run writes a little more than a file takes, so that one is rotated. */
const RUNS = [
  { compress: "gzip", names: [".1"] },
  { compress: "gzip", names: [".1", ".2.gz"] },
  { compress: true, names: [".1", ".2.zst", ".3.gz"] },
  { compress: false, names: [".1", ".2", ".3.zst", ".4.gz"] },
  { compress: "gzip", names: [".1", ".2.gz", ".3", ".4.zst", ".5.gz"] },
] as const;

/** Of a run; of three digits each. */
const LINES = 10;
const FILE_BYTES = 36;

test.each([
  ["spliced", true],
  ["read and written", false],
])(
  "%s: each rotated file is compressed as was asked when it was rotated, and a view reads all of them",
  async (_, splice) => {
    await usePlane(splice, async (plane, home) => {
      const path = logPath(home, owner, "stdout");
      const endings = (): string[] =>
        readdirSync(dirname(path)).flatMap(
          (name) => /^api\.1\.stdout\.log(\..+)/.exec(name)?.[1] ?? [],
        );
      for (const [nth, { compress, names }] of RUNS.entries()) {
        const from = 100 + nth * LINES;
        const run = runOf(`home-${nth}`, { maxSizeBytes: FILE_BYTES, maxFiles: 100, compress });
        await capture(plane, run, ["seq", `${from}`, `${from + LINES - 1}`]);
        await eventually(`the files after run ${nth + 1}`, async () => {
          const value = endings().toSorted();
          return { value, done: Bun.deepEquals(value, names) };
        });
      }
      // For nobody else, whatever the umask.
      for (const ending of endings()) expect(statSync(path + ending).mode & 0o077).toBe(0);
      const found: string[] = [];
      const positions = [{ owner, stream: "stdout", place: 0 }] as const;
      for await (const batch of viewAsItIs({ home, positions, lines: null })) {
        found.push(...linesOf(batch));
      }
      expect(found).toEqual(
        Array.from({ length: RUNS.length * LINES }, (_line, at) => `${at + 100}`),
      );
    });
  },
  60_000,
);

test("what an interrupted compression has left goes, whichever it was, and whole copies stay", () => {
  const home = mkdtempSync(join(tmpdir(), "procman-compression-"));
  const logs = join(home, "logs", "shop");
  mkdirSync(logs, { recursive: true });
  const left = ["api.1.stdout.log", "api.1.stdout.log.2.gz", "api.1.stdout.log.3.zst"];
  const gone = [
    "api.1.stdout.log.2",
    "api.1.stdout.log.3",
    "api.1.stdout.log.compressing-7",
    "api.1.stdout.log.compressing-8.part",
  ];
  for (const name of [...left, ...gone]) writeFileSync(join(logs, name), "x\n");
  dropInterrupted(home);
  expect(readdirSync(logs).toSorted()).toEqual(left);
  rmSync(home, { recursive: true });
});
