/** The operation that tells what processes have written, and its answer. Where the log files can be read, as by the
 *  command line, it is not needed. */

import { z } from "zod";
import { streamOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";

const STREAMS = ["stdout", "stderr"] as const;
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export interface LogsInput extends Place {
  readonly targets: readonly string[];
  readonly streams: readonly (typeof STREAMS)[number][];
  /** The last so many of those that are chosen; null: all. */
  readonly lines: number | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** A regular expression of JavaScript; null: every line. */
  readonly grep: string | null;
  readonly ignoreCase: boolean;
  /** Lines that do not match instead. */
  readonly invert: boolean;
  /** This level and above; null: every line. */
  readonly level: (typeof LEVELS)[number] | null;
  /** Lines around each that is chosen. */
  readonly context: number;
  /** What comes after a line, by its cursor; null: not asked for. */
  readonly cursor: string | null;
  /** Goes on with what is written. */
  readonly follow: boolean;
}

/** A line, as `logs --json` shows it. */
export interface LogLine {
  readonly time: string;
  readonly project: string;
  readonly process: string;
  readonly instance: number;
  readonly runId: string | null;
  readonly stream: (typeof STREAMS)[number];
  readonly line: string;
  /** It has no end yet. */
  readonly partial: boolean;
  readonly level: (typeof LEVELS)[number] | null;
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** Where it ends: what follows is asked for with it. */
  readonly cursor: string;
}

const count = z.number().int().nonnegative();

export const logOperations = {
  logs: streamOf<LogsInput, string>({
    input: z.strictObject({
      ...place,
      targets: z.array(z.string()).min(1),
      streams: z.array(z.enum(STREAMS)).min(1),
      lines: count.nullable(),
      sinceMs: z.number().nullable(),
      untilMs: z.number().nullable(),
      grep: z.string().max(1_000).nullable(),
      ignoreCase: z.boolean(),
      invert: z.boolean(),
      level: z.enum(LEVELS).nullable(),
      context: count.max(1_000),
      cursor: z.string().nullable(),
      follow: z.boolean(),
    }),
    effect: "reads",
    summary: "What processes have written, in pages of log lines, each a JSON document on its own.",
    errors: LOOKUP,
  }),
} as const;
