/** What the simulated world holds runs to: as it is told to, or not, as the seed has it. */

import {
  type Confinement,
  type Enforceable,
  type NewLimits,
  NOTHING_ENFORCEABLE,
} from "../../src/model/confinement.ts";
import type { RunId } from "../../src/model/ids.ts";
import type { SimWorld } from "./world.ts";

export class SimLimits {
  /** What can be put in force here: it stays so. */
  readonly enforceable: Enforceable;
  readonly held = new Map<RunId, Confinement>();
  /** Since when runs are not held to what they should be, which was told. */
  readonly refusedMs = new Map<RunId, number>();
  readonly #sim: Pick<SimWorld, "random" | "rates" | "nowMs">;

  constructor(sim: Pick<SimWorld, "random" | "rates" | "nowMs">, seed: number) {
    this.#sim = sim;
    this.enforceable = seed % 3 === 0 ? { cgroup: ["memory"], rlimit: [] } : NOTHING_ENFORCEABLE;
  }

  born(runId: RunId, confinement: Confinement | undefined): void {
    this.held.set(runId, confinement ?? { own: [], shared: null });
  }

  confine(runId: RunId, { confinement, before }: NewLimits): string | null {
    const { random, rates, nowMs } = this.#sim;
    if (random.chance(rates.unconfined)) {
      if (before !== null) this.refusedMs.set(runId, nowMs);
      return "it cannot be held to that";
    }
    this.held.set(runId, confinement);
    this.refusedMs.delete(runId);
    return null;
  }
}
