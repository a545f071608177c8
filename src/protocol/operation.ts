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
  /** False: asked twice it is done twice, so a daemon that is about to be replaced finishes it first. */
  readonly repeatable: boolean;
  /** Carries the type of the output; has no value. */
  readonly output?: O;
}

type Declared<I, O, A extends Answers> = Omit<Operation<I, O, A>, "answers" | "repeatable"> & {
  readonly repeatable?: false;
};

export function callOf<I, O>(operation: Declared<I, O, "once">): Operation<I, O, "once"> {
  return { repeatable: true, ...operation, answers: "once" };
}

export function streamOf<I, O>(operation: Declared<I, O, "stream">): Operation<I, O, "stream"> {
  return { repeatable: true, ...operation, answers: "stream" };
}
