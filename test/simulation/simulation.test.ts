/** The core under a seeded world: thousands of schedules of faults, deaths of the daemon and quarrelling operators. */

import { expect, test } from "bun:test";
import { runSeed } from "./scenario.ts";

const SOAK = process.env["PROCMAN_SOAK"] === "1";
const REPLAY = process.env["PROCMAN_SEED"];
const SEEDS = SOAK ? 50_000 : 1_000;

test(`F44: every promise holds in ${SEEDS} seeded worlds, whose clocks on the wall jump by hours and years`, async () => {
  const first = REPLAY === undefined ? 1 : Number(REPLAY);
  const count = REPLAY === undefined ? SEEDS : 1;
  let [happenings, daemons] = [0, 0];
  for (let seed = first; seed < first + count; seed += 1) {
    try {
      const result = await runSeed(seed);
      happenings += result.happenings;
      daemons += result.daemons;
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`PROCMAN_SEED=${seed} replays this: ${cause}`, { cause: error });
    }
  }
  expect(happenings).toBeGreaterThan(count);
  console.log(`simulation: ${count} seeds, ${happenings} happenings, ${daemons} daemons`);
}, 3_600_000);
