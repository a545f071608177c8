/** Operations on the channels of processes: sending a message, and waiting for what is answered. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { ActionResult } from "./shapes.ts";

export interface MessageInput extends Place {
  readonly targets: readonly string[];
  /** Any JSON. */
  readonly message: unknown;
  /** How long an answer is waited for; null: not at all. */
  readonly replyWithinMs: number | null;
}

export interface MessageResult extends ActionResult {
  /** What was answered; null when nobody has asked for it, or there was no answer. */
  readonly reply: unknown;
}

export const messageOperations = {
  message: callOf<MessageInput, { results: readonly MessageResult[] }>({
    input: z.strictObject({
      ...place,
      targets: z.array(z.string()),
      message: z.unknown(),
      replyWithinMs: z.number().positive().nullable(),
    }),
    effect: "writes",
    summary: "Sends a message over the channel of processes.",
    repeatable: false,
    errors: [...LOOKUP, "NO_INPUT", "NOT_RUNNING", "COMMAND_FAILED", "OPERATION_TIMEOUT"],
  }),
} as const;
