#!/usr/bin/env bun
/** The gate, `bun run ok`: types twice, lint, format, dead code, tests, and nothing left over. Ends with
 *  `N passed, M failed`, and with 0 only when everything holds. */

import { availableParallelism } from "node:os";
import { leftovers, type Leftovers } from "./gate/leftovers.ts";
import { openPlayground } from "./gate/playground.ts";
import { runStep, type Step } from "./gate/step.ts";
import { readTotals, renderTotals, type Totals } from "./gate/totals.ts";

const CHECKS: readonly Step[] = [
  { name: "types", argv: ["bun", "check"] },
  {
    name: "types of the pure layers",
    argv: ["bun", "check", "-p", "test/tidy/pure.tsconfig.json"],
  },
  { name: "lint", argv: ["bun", "x", "oxlint"] },
  { name: "format", argv: ["bun", "fmt", "--check", "."] },
  { name: "dead code", argv: ["bun", "x", "knip"] },
];

/** Most tests wait for processes rather than compute: one more than can. */
const WORKERS = Math.min(4, availableParallelism() + 1);

const TESTS: Step = {
  name: "tests",
  argv: ["bun", "test", "--dots", `--parallel=${WORKERS}`],
  live: true,
};

const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0 };

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
    const totals = readTotals(result.output);
    if (totals === null) console.log("✗ bun test ended without its totals");
    const clean = reportLeftovers(await leftovers(playground));
    return { ok: result.ok && totals !== null && clean, totals: totals ?? NO_TESTS };
  } finally {
    playground.remove();
  }
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
