/** The ports of the simulated world that know nothing of processes: output. */

import type { Output } from "../../src/supervisor/ports.ts";
import type { Rates } from "./faults.ts";
import type { Random } from "./random.ts";

/** Lets something happen after a while, unless the daemon that wanted it is dead by then. */
export type Later = (delayMs: number, act: () => void) => void;

export function after(delayMs: number, later: Later): Promise<void> {
  return new Promise((resolve) => later(delayMs, resolve));
}

export function simOutput(random: Random, rates: () => Rates, later: Later): Output {
  return {
    open: () => {
      if (random.chance(rates().transientSpawnError / 2)) {
        throw Object.assign(new Error("no room"), { code: "ENOSPC" });
      }
      return { stdoutFd: 1, stderrFd: 2, close: () => {} };
    },
    resume: () => {},
    adjust: () => {},
    drain: () => after(random.between(0, 20), later),
    droppedBytes: () => 0,
    search: () => ({ look: async () => null, close: () => {} }),
  };
}
