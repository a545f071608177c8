/** Results of actions: a line each for people, an array as JSON; the exit status that goes with them. */

import { ERROR_EXIT, EXIT } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { CommandContext } from "../command.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { failureText } from "./failure.ts";

/** `done` says what an action has done: `stopped`, `restarted`. */
export function renderResults(
  context: CommandContext,
  results: readonly ActionResult[],
  done: string,
): number {
  if (context.json) {
    context.print(JSON.stringify(results));
    return statusOf(results);
  }
  const paint = painter(wantsColor(2, context.env, context.args.text("color")));
  for (const { id, ok, changed, pid, state, error } of results) {
    if (error !== null) writeAll(2, `${failureText(error, paint)}\n`);
    else if (ok) {
      const how = pid === null ? (state ?? "") : `pid ${pid}`;
      const what = changed ? done : `already ${state ?? done}`;
      context.say(`${id} ${what}${how === "" || what.endsWith(how) ? "" : ` (${how})`}`);
    }
  }
  return statusOf(results);
}

/** Only what could not be done, as text on stderr; the exit status that goes with all of it. */
export function renderFailures(context: CommandContext, results: readonly ActionResult[]): number {
  const paint = painter(wantsColor(2, context.env, context.args.text("color")));
  for (const { error } of results) {
    if (error === null) continue;
    writeAll(2, `${context.json ? JSON.stringify({ error }) : failureText(error, paint)}\n`);
  }
  return statusOf(results);
}

function statusOf(results: readonly ActionResult[]): number {
  const failed = results.find(({ ok }) => !ok);
  if (failed === undefined) return EXIT.ok;
  return failed.error === null ? EXIT.failed : ERROR_EXIT[failed.error.code];
}
