/** The operation that replaces runs without a gap. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { ActionResult } from "./shapes.ts";

export interface ReloadInput extends Place {
  readonly targets: readonly string[];
  /** How long it may take; null and nothing mean for ever. */
  readonly timeoutMs?: number | null | undefined;
}

export const reloadOperations = {
  reload: callOf<ReloadInput, { results: readonly ActionResult[] }>({
    input: z.strictObject({
      ...place,
      targets: z.array(z.string()),
      timeoutMs: z.number().nonnegative().nullable().optional(),
    }),
    effect: "writes",
    summary:
      "Replaces targets one by one: a new run is ready before the old one is stopped, or the old one goes on.",
    repeatable: false,
    errors: [...LOOKUP, "RELOAD_FAILED"],
  }),
} as const;
