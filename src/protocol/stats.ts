/** The operation that tells what processes use, and its answer. Times are ISO 8601 in UTC; null where a value is not
 *  known. */

import { z } from "zod";
import { limits } from "../model/limits.ts";
import type { Span } from "../model/use.ts";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { Status } from "./status.ts";
import type { WireMetricWithHistory } from "./told-metrics.ts";

/** What one instance uses now. */
export interface Stats extends Pick<
  Status,
  | "id"
  | "project"
  | "name"
  | "process"
  | "instance"
  | "state"
  | "pid"
  | "uptimeMs"
  | "cpuPercent"
  | "memoryBytes"
  | "fds"
  | "threads"
  | "io"
  | "net"
> {
  /** What the run that lasts measures of itself. */
  readonly metrics: readonly WireMetricWithHistory[];
  /** Null unless asked for. */
  readonly history: StatsHistory | null;
}

/** What it has used since a time, over all of its runs. */
export interface StatsHistory {
  /** Of what is kept; later than what was asked for where nothing is kept any more. Null: nothing is. */
  readonly since: string | null;
  readonly cpuPercent: Span | null;
  readonly memoryBytes: Span | null;
  /** Oldest first, each the mean of the time up to the next. */
  readonly points: readonly {
    readonly time: string;
    readonly cpuPercent: number | null;
    readonly memoryBytes: number | null;
  }[];
}

export interface StatsInput extends Place {
  readonly targets: readonly string[];
  readonly all: boolean;
  /** With history from then on; null without. */
  readonly sinceMs: number | null;
}

export const statsOperations = {
  stats: callOf<StatsInput, readonly Stats[]>({
    input: z.strictObject({
      ...place,
      targets: z.array(z.string()),
      all: z.boolean(),
      sinceMs: z.number().nullable(),
    }),
    effect: "reads",
    summary: `What processes use now, and have used: history in at most ${limits.useStretches} points each.`,
    errors: LOOKUP,
  }),
} as const;
