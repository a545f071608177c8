/** What an operation is: a row of the table of operations. */

import type { z } from "zod";
import type { ErrorCode } from "../model/errors.ts";

export type Answers = "once" | "stream";

export interface Operation<I, O, A extends Answers> {
  readonly input: z.ZodType<I>;
  readonly effect: "reads" | "writes";
  readonly answers: A;
  readonly summary: string;
  /** Beyond INVALID_PARAMETER and INTERNAL, which every operation knows. */
  readonly errors: readonly ErrorCode[];
  /** Carries the type of the output; has no value. */
  readonly output?: O;
}

export function callOf<I, O>(
  operation: Omit<Operation<I, O, "once">, "answers">,
): Operation<I, O, "once"> {
  return { ...operation, answers: "once" };
}

export function streamOf<I, O>(
  operation: Omit<Operation<I, O, "stream">, "answers">,
): Operation<I, O, "stream"> {
  return { ...operation, answers: "stream" };
}
