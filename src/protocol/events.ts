/** The operation that tells what happens. */

import { z } from "zod";
import { streamOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { WireEvent } from "./shapes.ts";

export interface EventsInput extends Place {
  readonly all: boolean;
  /** Events after that number; null starts with `sinceMs`, or with what comes. */
  readonly afterSeq: number | null;
  readonly sinceMs: number | null;
  /** Globs over event types; none takes all. */
  readonly types: readonly string[];
  /** Only what is told of these; none and absent take all, also what is about no process. */
  readonly targets?: readonly string[] | undefined;
  readonly follow: boolean;
  /** Of those that are kept only so many, the last. */
  readonly last?: number | null | undefined;
}

export const eventOperations = {
  events: streamOf<EventsInput, WireEvent>({
    input: z.strictObject({
      ...place,
      all: z.boolean(),
      afterSeq: z.number().int().nonnegative().nullable(),
      sinceMs: z.number().nullable(),
      types: z.array(z.string()),
      targets: z.array(z.string()).optional(),
      follow: z.boolean(),
      last: z.number().int().nonnegative().nullable().optional(),
    }),
    effect: "reads",
    summary: "Events: those kept, then, when following, those that come.",
    errors: LOOKUP,
  }),
} as const;
