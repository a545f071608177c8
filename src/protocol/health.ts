/** The operation that tells whether all is well, and its answer. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { Status } from "./status.ts";

/** Whether all that is meant to be up is ready and well. */
export interface HealthSurvey {
  readonly healthy: boolean;
  readonly processes: readonly HealthRow[];
  /** What goes on without something that has failed, or stands in for it. Absent in answers of earlier versions. */
  readonly degraded?: readonly Degradation[];
}

export interface Degradation {
  readonly id: string;
  /** `goes on without cache (failed)`. */
  readonly reason: string;
}

export interface HealthRow extends Pick<Status, "id" | "state" | "health" | "ready" | "reason"> {
  /** Since when state and health are these. */
  readonly since: string;
  /** Null: it is not meant to be up. */
  readonly ok: boolean | null;
}

export const healthOperations = {
  health: callOf<Place & { targets: readonly string[]; all: boolean }, HealthSurvey>({
    input: z.strictObject({ ...place, targets: z.array(z.string()), all: z.boolean() }),
    effect: "reads",
    summary: "Whether all that is meant to be up is ready and well.",
    errors: LOOKUP,
  }),
} as const;
