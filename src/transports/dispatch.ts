/** The one way in: every transport calls operations through here, where they are validated and their errors shaped. */

import { ProcmanError, problem, type Problem } from "../model/errors.ts";
import {
  operations,
  type InputOfOperation,
  type OperationName,
  type OutputOfOperation,
  type StreamName,
} from "../protocol/operations.ts";

/** What implements the table. */
export type Handlers = {
  readonly [N in OperationName]: (
    input: InputOfOperation<N>,
    signal: AbortSignal,
  ) => N extends StreamName ? AsyncIterable<OutputOfOperation<N>> : Promise<OutputOfOperation<N>>;
};

export type Answer =
  | { readonly kind: "once"; readonly output: unknown }
  | { readonly kind: "stream"; readonly output: AsyncIterable<unknown> }
  | { readonly kind: "error"; readonly problem: Problem };

export type Dispatch = (name: string, input: unknown, signal: AbortSignal) => Promise<Answer>;

/** `trouble` is told of errors that nobody expected. */
export function createDispatch(
  handlers: Handlers,
  trouble: (what: string, error: unknown) => void,
): Dispatch {
  return async (name, input, signal) => {
    if (!isOperation(name)) {
      return error(notUnderstood(name, "no such operation", []));
    }
    const operation = operations[name];
    const parsed = operation.input.safeParse(input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
      return error(notUnderstood(name, where, parsed.error.issues));
    }
    try {
      // The table pairs each name with its own input and output; the compiler cannot follow that over a union.
      const handler = handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
      const output = handler(parsed.data, signal);
      return operation.answers === "stream"
        ? { kind: "stream", output: output as AsyncIterable<unknown> }
        : { kind: "once", output: await output };
    } catch (thrown) {
      if (thrown instanceof ProcmanError) return error(thrown.problem);
      // Nobody reads that: whoever asked is gone, or asks the next daemon.
      if (!signal.aborted) trouble(`operation ${name} broke`, thrown);
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const hint = "This is a bug in procman; daemon.log has the details.";
      return error(problem("INTERNAL", `Cannot carry out '${name}': ${message}`, hint));
    }
  };
}

function notUnderstood(name: string, why: string, issues: readonly unknown[]): Problem {
  const details = { notUnderstood: true, issues };
  return problem("INVALID_PARAMETER", `Cannot call '${name}': ${why}`, null, details);
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

function error(of: Problem): Answer {
  return { kind: "error", problem: of };
}
