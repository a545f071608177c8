/** Errors on their way to people or, with `--json`, to programs: cause, next step, exit status. */

import { ERROR_EXIT, EXIT, problem, ProcmanError, type Problem } from "../../model/errors.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { terminalWidth } from "../terminal.ts";
import { fitted } from "./fitted.ts";

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

/** For people: as wide as the terminal that stderr goes to. */
export function failureText(
  { message, hint }: Pick<Problem, "message" | "hint">,
  paint: ReturnType<typeof painter>,
): string {
  const lines = [`${paint("red", "error:")} ${message}`, ...(hint === null ? [] : [`  ${hint}`])];
  const [first = "", ...more] = lines;
  const width = terminalWidth(2);
  return [fitted(first, width, HANG), ...more.map((line) => fitted(line, width))].join("\n");
}

/** What goes on of a message stands where its hint does. */
const HANG = 2;

function unexpected(error: unknown): Problem {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return problem("INTERNAL", message, "This is a bug in procman.");
}
