/** What people wait for with a finger on a key: help, the answer to a slip, a name completed. */

import { median, Place, sleepers } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 33;
const PROCESSES = 100;

const LINES: readonly (readonly [what: string, mark: number, args: readonly string[]])[] = [
  ["--help", 25, ["--help"]],
  ["an argument that is wrong", 20, ["ls", "--nope"]],
  [`a name completed, of ${PROCESSES}`, 40, ["--complete", "--", "start", "p5"]],
];

export async function startUp(): Promise<Row[]> {
  await using place = new Place(sleepers(PROCESSES));
  await place.run("up", "-d", "-q");
  const values = LINES.map((): number[] => []);
  // In turns, so that a busy moment hits all of them.
  for (let time = 0; time < TIMES; time += 1) {
    for (const [at, [, , args]] of LINES.entries()) values[at]?.push(await timeOf(place, args));
  }
  return LINES.map(([what, mark], at) => {
    const value = median(values[at] ?? []);
    return { what, value, unit: "ms", against: { what: "mark", value: mark } };
  });
}

/** Milliseconds, whatever the command answers. */
async function timeOf(place: Place, args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = place.spawn(args, null);
  await Promise.all([child.stderr.text(), child.exited]);
  return performance.now() - began;
}
