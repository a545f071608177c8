/** Runs seeds from the command line: `run.ts FIRST COUNT`. Ends with 1 at the first that breaks a promise. */

import { runSeed } from "./scenario.ts";

const [first = "1", count = "100"] = process.argv.slice(2);
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  try {
    await runSeed(seed);
  } catch (error) {
    console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
