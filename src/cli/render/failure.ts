/** Errors on their way to people or, with `--json`, to programs: cause, next step, exit status. */

import { ERROR_EXIT, EXIT, problem, ProcmanError, type Problem } from "../../model/errors.ts";
import { painter, wantsColor, writeAll } from "../output.ts";

/** Writes the error to stderr; gives the exit status that goes with it. */
export function renderFailure(
  error: unknown,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): number {
  const of = error instanceof ProcmanError ? error.problem : unexpected(error);
  if (args.includes("--json")) {
    writeAll(2, `${JSON.stringify({ error: of })}\n`);
  } else {
    const paint = painter(wantsColor(2, env, args.includes("--no-color") ? "false" : null));
    writeAll(2, `${failureText(of, paint)}\n`);
  }
  return ERROR_EXIT[of.code] ?? EXIT.failed;
}

export function failureText(
  { message, hint }: Pick<Problem, "message" | "hint">,
  paint: ReturnType<typeof painter>,
): string {
  return [`${paint("red", "error:")} ${message}`, ...(hint === null ? [] : [`  ${hint}`])].join(
    "\n",
  );
}

function unexpected(error: unknown): Problem {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return problem("INTERNAL", message, "This is a bug in procman.");
}
