/** What a platform can count of trees of processes, all of them in one look. */

import type { RunId } from "../model/ids.ts";
import type { Use } from "../model/use.ts";
import type { MeasuredRun } from "../model/measured-run.ts";
import type { CpuTime } from "./cpu-time.ts";

export interface TreeCount extends Omit<Use, "atMs" | "cpuPercent"> {
  readonly cpu: CpuTime;
}

export interface Look {
  /** See `MeasureHow`. */
  readonly full: boolean;
  /** To be awaited between two trees: gives others their turn when it is time. */
  readonly pause: () => Promise<void> | null;
}

export interface TreeReader {
  /** Runs of which nothing is left are not in it. */
  read(runs: readonly MeasuredRun[], look: Look): Promise<ReadonlyMap<RunId, TreeCount>>;
}
