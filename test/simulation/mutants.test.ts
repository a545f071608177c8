/** A simulator is as good as its malice: every planted bug has to be caught. `PROCMAN_MUTANTS=1` lists where each was. */

import { expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LAST_SEEDS } from "./mutant-seeds.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";

const ROOT = resolve(import.meta.dir, "../..");
/** Most are caught by the first few seeds. */
const SEEDS = 3_000;

test("every planted bug breaks a promise of the simulation", async () => {
  const gone = MUTANTS.filter(({ file, from }) => !sourceOf(file).includes(from));
  expect(gone.map(({ bug }) => bug)).toEqual([]);
  const waiting = [...MUTANTS];
  const caught: string[] = [];
  const missed: string[] = [];
  const worker = async (): Promise<void> => {
    using copy = new Copy();
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const report = await simulate(copy, mutant);
      if (report === null) missed.push(mutant.bug);
      else caught.push(`${mutant.bug}: ${report}`);
    }
  };
  await Promise.all([worker(), worker()]);
  const listed = process.env["PROCMAN_MUTANTS"] === "1" ? `\n  ${caught.join("\n  ")}` : "";
  console.log(`mutants: ${caught.length} of ${MUTANTS.length} caught${listed}`);
  expect(missed).toEqual([]);
}, 1_200_000);

function sourceOf(file: string): string {
  return readFileSync(join(ROOT, "src", file), "utf8");
}

/** Of the sources and their simulation, for one planted bug after the other. */
class Copy {
  readonly #directory = mkdtempSync(join(tmpdir(), "procman-mutant-"));
  readonly run = join(this.#directory, "test/simulation/run.ts");

  constructor() {
    for (const part of ["src", "test/simulation", "package.json"]) {
      cpSync(join(ROOT, part), join(this.#directory, part), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.#directory, "node_modules"));
  }

  write(file: string, source: string): void {
    writeFileSync(join(this.#directory, "src", file), source);
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** What the simulation says of a source with the bug in it; null when it notices nothing. */
async function simulate(copy: Copy, { bug, file, from, to }: Mutant): Promise<string | null> {
  const source = sourceOf(file);
  copy.write(file, source.replace(from, to));
  try {
    const last = LAST_SEEDS[bug];
    const again = last === undefined ? null : await search(copy.run, last, 1);
    return again ?? (await search(copy.run, 1, SEEDS));
  } finally {
    copy.write(file, source);
  }
}

/** The first promise that is broken by a seed from the first on; null when none is. */
async function search(run: string, first: number, count: number): Promise<string | null> {
  const child = Bun.spawn([process.execPath, run, String(first), String(count)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, error, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return code === 0 ? null : ((said || error).trim().split("\n")[0]?.slice(0, 160) ?? "");
}
