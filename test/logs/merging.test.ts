/** The file in which both streams are merged, by both ways of capturing output. */

import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logPath } from "../../src/logfile/paths.ts";
import { createOutput } from "../../src/logs/output.ts";
import type { OutputPlane } from "../../src/logs/plane.ts";
import type { OutputRun } from "../../src/supervisor/ports.ts";

interface Stage {
  readonly home: string;
  readonly plane: OutputPlane;
  readonly troubles: readonly string[];
}

for (const [name, splice] of [
  ["spliced", true],
  ["read and written", false],
] as const) {
  const withPlane = async (use: (stage: Stage) => Promise<void>): Promise<void> => {
    const home = mkdtempSync(join(tmpdir(), "procman-merging-"));
    const troubles: string[] = [];
    const plane = createOutput({
      home,
      splice,
      trouble: (_, error) => troubles.push(String(error)),
      onRotated: () => {}, // Seen by the files.
      onDropped: (_, { bytes }) => troubles.push(`dropped ${bytes}`),
    });
    try {
      await use({ home, plane, troubles });
    } finally {
      await plane.close();
      rmSync(home, { recursive: true });
    }
  };

  test(`${name}: a merged file has every line of both streams, whole and in order, over rotations of all three files`, async () => {
    await withPlane(async ({ home, plane, troubles }) => {
      const merged = join(home, "project", "a.log");
      const script =
        "n=0; while [ $n -lt 400 ]; do n=$((n + 1)); printf 'out '; printf '%d\\n' $n; printf 'err %d\\n' $n >&2; done; printf unfinished";
      await capture(plane, runOf("home-1", merged), script);
      expect(troubles).toEqual([]);
      const lines = textOf(merged, 30).split("\n");
      expect(lines.filter((it) => it.startsWith("out"))).toEqual(numbered("out"));
      expect(lines.filter((it) => it.startsWith("err"))).toEqual(numbered("err"));
      expect(lines).toContain("unfinished");
      expect(lines.length).toBe(802);
      const out = textOf(logPath(home, runOf("", null), "stdout"), 30);
      expect(out).toBe(`${numbered("out").join("\n")}\nunfinished`);
      expect(readdirSync(join(home, "project")).length).toBeGreaterThan(5);
      expect(readdirSync(join(home, "project"))).not.toContain(".index");
    });
  });

  test(`${name}: one that cannot be written is told of once, and costs the log files nothing`, async () => {
    await withPlane(async ({ home, plane, troubles }) => {
      writeFileSync(join(home, "project"), "in the way");
      const run = runOf("home-1", join(home, "project", "a.log"));
      await capture(plane, run, "for n in 1 2 3 4 5; do echo $n; sleep 0.02; done");
      expect(readFileSync(logPath(home, run, "stdout"), "utf8")).toBe("1\n2\n3\n4\n5\n");
      expect(troubles.length).toBe(1);
    });
  });

  test(`${name}: with timestamps each line of it is dated, pieces of a line once, and the log files are as ever`, async () => {
    await withPlane(async ({ home, plane }) => {
      const merged = join(home, "project", "a.log");
      const run = runOf("home-1", merged);
      const dated = {
        ...run,
        log: { ...run.log, maxSizeBytes: 1_000_000, timestamps: true },
      } as const;
      const script =
        "printf 'one\\ntwo\\n'; head -c 200000 /dev/zero | tr '\\0' x; printf '\\nend'";
      await capture(plane, dated, script);
      const lines = readFileSync(merged, "utf8").split("\n");
      expect(lines.pop()).toBe("");
      for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
      const texts = lines.map((line) => line.slice("2026-01-31T10:00:00.000Z ".length));
      expect(texts).toEqual(["one", "two", "x".repeat(200_000), "end"]);
      expect(readFileSync(logPath(home, run, "stdout"), "utf8").startsWith("one\ntwo\nxxx")).toBe(
        true,
      );
    });
  });

  test(`${name}: a line of the other stream never stands within one that is copied in pieces`, async () => {
    await withPlane(async ({ home, plane }) => {
      const merged = join(home, "project", "a.log");
      const script =
        "head -c 200000 /dev/zero | tr '\\0' x; until grep -q xxx merged; do sleep 0.01; done; echo bad >&2; until grep -q bad merged; do sleep 0.01; done; echo end";
      const run = runOf("home-1", merged, 1_000_000);
      await capture(plane, run, script.replaceAll("merged", merged));
      const lines = readFileSync(merged, "utf8").split("\n");
      expect(lines.filter((line) => !/^x+$/.test(line))).toEqual([
        "bad",
        expect.stringMatching(/^x*end$/),
        "",
      ]);
    });
  });

  test(`${name}: a line longer than any buffer is copied in pieces`, async () => {
    await withPlane(async ({ home, plane }) => {
      const merged = join(home, "project", "a.log");
      const script = "head -c 300000 /dev/zero | tr '\\0' x; echo; echo end";
      await capture(plane, runOf("home-1", merged, 1_000_000), script);
      expect(readFileSync(merged, "utf8")).toBe(`${"x".repeat(300_000)}\nend\n`);
    });
  });
}

function runOf(runId: string, file: string | null, maxSizeBytes = 500): OutputRun {
  return {
    project: "shop",
    process: "api",
    index: 1,
    instance: "shop/api.1",
    runId,
    log: { maxSizeBytes, maxFiles: 30, maxAgeMs: null, compress: false, onFull: "drop", file },
  };
}

function numbered(word: string): string[] {
  return Array.from({ length: 400 }, (_, nth) => `${word} ${nth + 1}`);
}

/** With its rotated files, the oldest first. */
function textOf(path: string, files: number): string {
  const names = Array.from({ length: files }, (_, nth) => `${path}.${files - nth}`);
  return [...names, path].map((it) => readOr(it, "")).join("");
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise; // There are fewer rotated files.
  }
}

async function capture(plane: OutputPlane, run: OutputRun, script: string): Promise<void> {
  const ends = plane.open(run);
  const child = Bun.spawn(["sh", "-c", script], {
    stdio: ["ignore", ends.stdoutFd, ends.stderrFd],
  });
  ends.close();
  await child.exited;
  await plane.drain(run.runId);
}
