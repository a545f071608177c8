/** Results of actions: a line each for people, an array as JSON; the exit status that goes with them. */

import { ERROR_EXIT, EXIT } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { CommandContext } from "../command.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { failureText } from "./failure.ts";

/** What an action has done (`stopped`, `restarted`), the same for all that it changed, or of each result: with a
 *  note, or null for what was so already. */
export type Done = string | ((result: ActionResult) => DoneText | null);

export interface DoneText {
  readonly what: string;
  readonly note?: string | null;
}

export function renderResults(
  context: CommandContext,
  results: readonly ActionResult[],
  done: Done,
): number {
  if (context.json) {
    context.print(JSON.stringify(results));
    return statusOf(results);
  }
  const paint = painter(wantsColor(2, context.env, context.args.text("color")));
  for (const result of results) {
    if (result.error !== null) writeAll(2, `${failureText(result.error, paint)}\n`);
    else if (result.ok) context.say(`${result.id} ${textOf(result, done)}`);
  }
  return statusOf(results);
}

/** Of what was waited for until it is ready. A one-shot that has done its work is that, too. */
export function nowReady({ changed, state }: ActionResult): DoneText | null {
  if (!changed) return null;
  if (state === "scheduled") return { what: "is scheduled" };
  return { what: state === "completed" ? "completed" : "is ready" };
}

/** Of what was waited for until it was spawned. */
export function nowStarted({ changed, state }: ActionResult): DoneText | null {
  if (!changed) return null;
  return { what: state === "scheduled" ? "is scheduled" : "started" };
}

function textOf(result: ActionResult, done: Done): string {
  const { changed, state, pid } = result;
  const doing = typeof done === "string" ? (changed ? { what: done } : null) : done(result);
  const what = doing?.what ?? `already ${state ?? "done"}`;
  const how = pid === null ? (state ?? "") : `pid ${pid}`;
  const notes = [doing?.note ?? "", what.endsWith(how) ? "" : how].filter((it) => it !== "");
  return notes.length === 0 ? what : `${what} (${notes.join(", ")})`;
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
