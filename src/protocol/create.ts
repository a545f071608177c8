/** The operation that starts an ad-hoc process from keys as a configuration has them. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import { LOOKUP } from "./place.ts";
import type { RunOutput } from "./definition-inputs.ts";

export interface CreateInput {
  /** One that is known; null: the one of processes that belong to none. */
  readonly project: string | null;
  /** Null: named after its command. */
  readonly name: string | null;
  /** Any keys of a process, `command` above all; `cwd` is relative to the directory of the project. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** The same command in the same directory that runs already will do, as with `run`. */
  readonly again?: true | undefined;
}

export const createOperations = {
  create: callOf<CreateInput, RunOutput>({
    input: z.strictObject({
      project: z.string().nullable(),
      name: z.string().nullable(),
      keys: z.record(z.string(), z.unknown()),
      again: z.literal(true).optional(),
    }),
    effect: "writes",
    summary: "Starts an ad-hoc process from keys of a configuration; answers when it was spawned.",
    repeatable: false,
    errors: [...LOOKUP, "CONFIG_INVALID", "NOT_SUPPORTED_YET", "NAME_TAKEN", "COMMAND_NOT_FOUND"],
  }),
} as const;
