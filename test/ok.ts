#!/usr/bin/env bun
/** The gate, `bun run ok`: types twice, lint, format, dead code, tests, and nothing left over. Ends with what failed, told
 *  again, and `N passed, M failed`, and with 0 only when everything holds. */

import { availableParallelism } from "node:os";
import { failuresIn, type Failure } from "./gate/failures.ts";
import { leftovers, type Leftovers } from "./gate/leftovers.ts";
import { openPlayground, type Playground } from "./gate/playground.ts";
import { runStep, type Step } from "./gate/step.ts";
import { asUnsteady, readTotals, renderTotals, type Totals } from "./gate/totals.ts";

const CHECKS: readonly Step[] = [
  { name: "types", argv: ["bun", "check"] },
  {
    name: "types of the pure layers",
    argv: ["bun", "check", "-p", "test/tidy/pure.tsconfig.json"],
  },
  { name: "types of the page", argv: ["bun", "check", "-p", "src/dashboard/tsconfig.json"] },
  { name: "lint", argv: ["bun", "x", "oxlint"] },
  { name: "format", argv: ["bun", "fmt", "--check", "."] },
  { name: "dead code", argv: ["bun", "x", "knip"] },
];

/** Most tests wait for processes rather than compute: one more than can. */
const WORKERS = Math.min(4, availableParallelism() + 1);

/** Real processes on a busy machine take their time; `bun test` gives a test five seconds. */
const BUN_TEST = ["bun", "test", "--dots", "--timeout=60000"] as const;

const TESTS: Step = { name: "tests", argv: [...BUN_TEST, `--parallel=${WORKERS}`], live: true };

/** Of so many that failed beside others it is looked whether they fail alone as well: a machine that stalled for seconds
 *  fails one, a fault fails it again. It is told all the same: an unsteady test, or what it found, is to be mended. */
const UNSTEADY_MOST = 2;

const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0, unsteady: 0 };

process.chdir(`${import.meta.dir}/..`);
process.exitCode = await gate();

async function gate(): Promise<number> {
  let failed = false;
  for (const check of CHECKS) failed = !(await runStep(check)).ok || failed;
  if (failed) {
    console.log("The tests did not run: what is above comes first.");
    console.log(renderTotals(NO_TESTS));
    return 1;
  }
  const { ok, totals } = await runTests();
  console.log(renderTotals(totals));
  return ok ? 0 : 1;
}

async function runTests(): Promise<{ ok: boolean; totals: Totals }> {
  const playground = openPlayground();
  try {
    const result = await runStep(TESTS, playground.env);
    const read = readTotals(result.output);
    if (read === null) console.log("✗ bun test ended without its totals");
    let totals = read ?? NO_TESTS;
    const failures = failuresIn(result.output);
    const holds = result.ok || (await passAlone(failures, totals, playground));
    if (holds) totals = asUnsteady(totals, failures.length);
    const clean = reportLeftovers(await leftovers(playground));
    for (const { file, about } of failures)
      console.log(`\n${holds ? "unsteady" : "failed"}: ${file}\n${about}\n`);
    return { ok: holds && read !== null && clean, totals };
  } finally {
    playground.remove();
  }
}

async function passAlone(
  failures: readonly Failure[],
  { failed }: Totals,
  { env }: Playground,
): Promise<boolean> {
  const areAll = failures.length > 0 && failures.length === failed;
  if (!areAll || failures.length > UNSTEADY_MOST) return false;
  const files = [...new Set(failures.map(({ file }) => `./${file}`))];
  return (await runStep({ name: "what failed, alone", argv: [...BUN_TEST, ...files] }, env)).ok;
}

/** True when the tests left nothing behind. */
function reportLeftovers({ processes, files }: Leftovers): boolean {
  if (processes.length === 0 && files.length === 0) {
    console.log("✓ nothing left over");
    return true;
  }
  console.log(`✗ left over: ${processes.length} processes, ${files.length} files`);
  for (const { pid, command } of processes) console.log(`  pid ${pid}: ${command} (killed)`);
  for (const path of files) console.log(`  ${path}`);
  return false;
}
