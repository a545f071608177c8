/** The operation that tells what is alerting, and its answer. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";

/** An alert that was told and is not over. */
export interface ActiveAlert {
  /** The same in each notice and event of it. */
  readonly id: string;
  readonly rule: string;
  readonly project: string;
  readonly process: string | null;
  readonly instance: number | null;
  /** The event that it was told of last. */
  readonly type: string;
  readonly reason: string | null;
  /** When what it is about began. */
  readonly since: string;
  readonly firedAt: string;
}

export const alertOperations = {
  alerts: callOf<Place & { all: boolean }, readonly ActiveAlert[]>({
    input: z.strictObject({ ...place, all: z.boolean() }),
    effect: "reads",
    summary: "What is alerting now, in a project or everywhere.",
    errors: LOOKUP,
  }),
} as const;
