/** Processes that could not be started, each with what it wrote last. */

import type { ActionResult } from "../../protocol/shapes.ts";
import type { CommandContext } from "../command.ts";
import { annotateResults, isInWorkflow } from "../workflow-log.ts";
import { plain } from "../../logfile/plain-text.ts";
import { renderFailures } from "./results.ts";

/** On stderr; gives the exit status. */
export async function renderFailedStarts(
  context: CommandContext,
  results: readonly ActionResult[],
): Promise<number> {
  const status = renderFailures(context, results);
  await sayTails(context, results);
  return status;
}

/** The last output of those that failed by themselves; in a workflow it is in their annotations. */
export async function sayTails(
  context: CommandContext,
  results: readonly ActionResult[],
): Promise<void> {
  if (isInWorkflow(context)) return annotateResults(context, results);
  const { client, place, say } = context;
  const failed = results.filter(({ ok, state }) => !ok && state === "failed");
  for (const { id } of failed) {
    const found = await client.ask("why", { ...place, target: id }).catch(() => null);
    if (found === null || found.tail.length === 0) continue;
    say(`The last output of ${id}:`);
    for (const line of found.tail) say(`  ${plain(Buffer.from(line))}`.trimEnd());
  }
}
