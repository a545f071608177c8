/** `procman apply`. */

import { ProcmanError } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { dryRun } from "../dry-run.ts";
import { definingInput, loadDefinition } from "../project-definition.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import { renderChanges, restartOf, type Effect } from "../render/changes.ts";
import { renderFailures, renderResults, type DoneText } from "../render/results.ts";

export const command: Command = {
  usage: "",
  summary: "bring what runs in line with the edited configuration",
  details: `Touches only what changed: added processes become known, changed ones that run are restarted, removed ones are
stopped and forgotten with --prune. Starts nothing that is stopped. Returns when it is done.
With --reload a new run is ready before the old one is stopped, as with 'procman reload'; one that does not come up
leaves the old one in place, though its definition is the new one from then on.`,
  flags: {
    reload: {
      type: "boolean",
      description: "reload what would be restarted, where two runs of it can be there at once",
    },
    prune: { type: "boolean", description: "stop and forget what the configuration no longer has" },
    "dry-run": { type: "boolean", description: "say what would change, and change nothing" },
    "update-env": { type: "boolean", description: "take the environment of this call" },
  },
  examples: [
    ["procman apply --dry-run", "what an edit of the configuration will touch"],
    ["procman apply --prune", "make what runs what the configuration says"],
  ],
  async run(context) {
    const { args, client } = context;
    const input = definingInput(context, await loadDefinition(context));
    const prune = args.isSet("prune");
    if (args.isSet("dry-run")) return dryRun(context, { ...input, prune });
    const idle = prune ? await idleNow(context) : new Set<string>();
    const reloads = args.isSet("reload");
    const answer = await client.change("apply", {
      ...input,
      prune,
      dryRun: false,
      ...(reloads ? { reloads } : {}),
    });
    const { results, ...effect } = answer;
    renderChanges(context, { ...effect, restarted: [] }, prune);
    if (context.json) return renderFailures(context, results);
    return renderResults(context, results, (result) =>
      doneTo(effect, idle, result, reloads ? "reloaded" : "restarted"),
    );
  },
};

/** The instances of which nothing runs, by id. */
async function idleNow({ client, place }: CommandContext): Promise<ReadonlySet<string>> {
  const found = await client.look("list", { ...place, targets: [], all: false }).catch(unknownYet);
  return new Set((found ?? []).filter(({ pid }) => pid === null).map(({ id }) => id));
}

/** There is nothing of a project that was never up. */
function unknownYet(error: unknown): null {
  if (error instanceof ProcmanError) return null;
  throw error;
}

function doneTo(
  effect: Effect,
  idle: ReadonlySet<string>,
  result: ActionResult,
  renewed: string,
): DoneText | null {
  const why = restartOf(effect, result);
  if (why !== null) return { what: renewed, note: why };
  if (result.state === null) {
    return { what: idle.has(result.id) ? "forgotten" : "stopped and forgotten" };
  }
  if (result.pid === null) return { what: `is ${result.state}` };
  return result.changed ? { what: "started" } : null;
}
