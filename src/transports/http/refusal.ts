/** A request that is refused before any operation has it: nobody may, or nothing is there, or it cannot be read. */

import { problem, ProcmanError, type ErrorCode } from "../../model/errors.ts";

export class Refusal extends ProcmanError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    hint: string | null = null,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem(code, message, hint));
    this.status = status;
    this.headers = headers;
  }
}

/** All that is wrong with what was given. */
export function invalid(faults: readonly Fault[]): Refusal {
  const [first, ...others] = faults;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const message = `Cannot understand ${first?.name ?? "the request"}: ${first?.message ?? ""}${more}`;
  const refusal = new Refusal(400, "INVALID_PARAMETER", message);
  Object.assign(refusal.problem.details, { faults });
  return refusal;
}

export interface Fault {
  readonly in: "query" | "body" | "path";
  readonly name: string;
  readonly message: string;
}
