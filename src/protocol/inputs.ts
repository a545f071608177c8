/** Operations on what processes read: sending to it, and the terminal that somebody attaches to. */

import { z } from "zod";
import { limits } from "../model/limits.ts";
import { callOf } from "./operation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { ActionResult } from "./shapes.ts";

export interface SendInput extends Place {
  readonly targets: readonly string[];
  readonly text: string;
  /** Followed by the end of a line. */
  readonly enter: boolean;
}

/** The terminal of a run, for whoever attaches to it on this machine. */
export interface TerminalView {
  readonly id: string;
  readonly runId: string;
  readonly pid: number;
  /** The pipe that takes what is typed; there as long as the run. What is shown is in the log. */
  readonly input: string;
  readonly startedAtMs: number;
}

export interface ResizeInput {
  readonly runId: string;
  readonly columns: number;
  readonly rows: number;
}

const size = z.number().int().min(1).max(10_000);

export const inputOperations = {
  send: callOf<SendInput, { results: readonly ActionResult[] }>({
    input: z.strictObject({
      ...place,
      targets: z.array(z.string()),
      text: z.string().max(limits.sentBytes),
      enter: z.boolean(),
    }),
    effect: "writes",
    summary: "Writes text to the input of processes.",
    repeatable: false,
    errors: [...LOOKUP, "NO_INPUT", "OPERATION_TIMEOUT"],
  }),
  terminal: callOf<Place & { target: string }, TerminalView>({
    input: z.strictObject({ ...place, target: z.string() }),
    effect: "reads",
    summary: "The terminal of a process that has one.",
    errors: [...LOOKUP, "NO_INPUT"],
  }),
  resize: callOf<ResizeInput, { ok: true }>({
    input: z.strictObject({ runId: z.string().regex(/^[\w-]+$/), columns: size, rows: size }),
    effect: "writes",
    summary: "Gives the terminal of a run another size.",
    errors: [],
  }),
} as const;
