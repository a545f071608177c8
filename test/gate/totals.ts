/** The totals of `bun test`, read from the end of its output.
 *
 *  Not from its JUnit report: that leaves out test files that could not be loaded (Bun 1.4.5). */

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Tests marked to be skipped or to be written. */
  readonly skipped: number;
  /** Failed beside others and passed alone. */
  readonly unsteady: number;
}

/** Null when the output does not end with a summary: the runner itself has died. */
export function readTotals(output: string): Totals | null {
  const ran = [...output.matchAll(/^Ran \d+ tests? across \d+ files?\./gm)].at(-1);
  if (ran === undefined) return null;
  const summary = output.slice(0, ran.index).split("\n").slice(-SUMMARY_LINES).join("\n");
  const count = (word: string) =>
    Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(summary)?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip") + count("todo"),
    unsteady: 0,
  };
}

/** pass, skip, todo, fail, error, snapshots and calls of expect stand each on a line of their own. */
const SUMMARY_LINES = 10;

export function asUnsteady(totals: Totals, count: number): Totals {
  const { passed, failed } = totals;
  return { ...totals, passed: passed + count, failed: failed - count, unsteady: count };
}

export function renderTotals({ passed, failed, skipped, unsteady }: Totals): string {
  const more = Object.entries({ skipped, unsteady }).filter(([, count]) => count > 0);
  return [
    `${passed} passed, ${failed} failed`,
    ...more.map(([word, count]) => `${count} ${word}`),
  ].join(", ");
}
