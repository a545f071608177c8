/** What is measured of a run, and how. */

import type { RunId } from "./ids.ts";
import type { ProcessIdentity } from "./inputs.ts";

/** A run whose processes are measured. */
export interface MeasuredRun {
  readonly runId: RunId;
  readonly leader: ProcessIdentity;
}

export interface MeasureHow {
  /** A measurement no older than that will do. */
  readonly maxAgeMs: number;
  /** More than CPU time, memory and threads, which costs as much again, and a look at every descriptor. */
  readonly full: boolean;
}
