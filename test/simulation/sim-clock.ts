/** The clocks of the simulated world: one that only goes on, and one on the wall that somebody sets by an hour or a year
 *  every now and then. */

import type { Clock } from "../../src/supervisor/ports.ts";
import { Random } from "./random.ts";
import type { Later } from "./side-ports.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** When it was, of what a clock on the wall has shown: it is set by whole hours, and no world lasts one. */
export const monoOf = (wallMs: number): number => wallMs % HOUR_MS;

/** Set anew about once in so many looks. */
const LOOKS = 40;

export class WallClock {
  /** Of its own, so that the rest of the world does not depend on how often somebody looks. */
  readonly #random: Random;
  #offsetMs = 2 * YEAR_MS;

  constructor(seed: number) {
    this.#random = new Random(seed ^ 0xc10c);
  }

  look(nowMs: number): number {
    if (this.#random.chance(1 / LOOKS)) {
      this.#offsetMs = 2 * YEAR_MS + this.#random.pick([0, HOUR_MS, -HOUR_MS, YEAR_MS, -YEAR_MS]);
    }
    return nowMs + this.#offsetMs;
  }
}

export function simClock(world: { readonly nowMs: number }, wall: WallClock, later: Later): Clock {
  return {
    now: () => ({ wallMs: wall.look(world.nowMs), monoMs: world.nowMs }),
    wakeAt(monoMs, wake) {
      let cancelled = false;
      later(Math.max(0, monoMs - world.nowMs), () => {
        if (!cancelled) wake();
      });
      return () => {
        cancelled = true;
      };
    },
    soon: (wake) => later(0, wake),
  };
}
