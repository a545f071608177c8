/** What a run has said and procman does not do: thrown where that turns out, answered where the message came in. */

import { ProcmanError } from "../model/errors.ts";
import type { MessageId, Refusal, RefusalCode } from "../protocol/ipc.ts";

class Refused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function refuse(code: RefusalCode, message: string): never {
  throw new Refused(code, message);
}

/** The answer to what went wrong. */
export function refusalOf(error: unknown, id?: MessageId): Refusal {
  const { code, message } =
    error instanceof Refused
      ? error
      : error instanceof ProcmanError
        ? error.problem
        : { code: "INTERNAL", message: "Cannot answer: this is a bug in procman" };
  return { type: "error", ...(id === undefined ? {} : { id }), code, message };
}
