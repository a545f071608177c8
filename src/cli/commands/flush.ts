/** `procman flush`. */

import { emptyEach } from "../../logfile/emptying.ts";
import { LOG_STREAMS, logPath, type LogOwner } from "../../logfile/paths.ts";
import { problem, ProcmanError } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { logOwners } from "../log-owners.ts";
import { renderResults } from "../render/results.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "empty log files",
  details:
    "The rotated files too. Processes go on writing, and 'logs -f' goes on where it was. Works without a daemon too.",
  flags: {},
  examples: [
    ["procman flush", "empty the logs of the whole project"],
    ["procman flush api", "empty those of api"],
  ],
  async run(context) {
    const results = [...(await byDaemon(context)), ...(await byItself(context))];
    if (context.json) return renderResults(context, results, "flushed");
    for (const { id, ok, changed } of results) {
      if (ok) context.say(`${id} ${changed ? "flushed" : "had nothing to flush"}`);
    }
    const failed = results.filter(({ ok }) => !ok);
    return renderResults(context, failed, "flushed");
  },
};

/** Those that a daemon knows. Asked one by one: a target that it does not know must not keep the others. */
async function byDaemon({ client, place, args }: CommandContext): Promise<readonly ActionResult[]> {
  const results = new Map<string, ActionResult>();
  for (const target of args.words.length === 0 ? ["all"] : args.words) {
    try {
      const answer = await client.ask("flush", { ...place, targets: [target] });
      for (const result of answer?.results ?? []) results.set(result.id, result);
    } catch (error) {
      if (!(error instanceof ProcmanError && UNKNOWN.has(error.problem.code))) throw error;
    }
  }
  return [...results.values()];
}

const UNKNOWN: ReadonlySet<string> = new Set([
  "NO_PROJECT",
  "PROJECT_NOT_FOUND",
  "PROCESS_NOT_FOUND",
]);

/** Those that it does not know: nobody writes there, but captures, which notice that their file was emptied. */
async function byItself(context: CommandContext): Promise<readonly ActionResult[]> {
  const { client, place } = context;
  const known = await client.ask("list", { ...place, targets: [], all: true });
  const written = new Set((known ?? []).map(({ id }) => id));
  const { known: owners } = await logOwners(context, false);
  // A project of the same name may run elsewhere: its logs are not meant.
  return owners.filter((owner) => !written.has(idOf(owner))).map((it) => flush(client.home, it));
}

function flush(home: string, owner: LogOwner): ActionResult {
  const id = idOf(owner);
  const emptied = emptyEach(LOG_STREAMS.map((stream) => logPath(home, owner, stream)));
  const failure = emptied.find((it) => it.failure !== null)?.failure ?? null;
  return {
    id,
    action: "flush",
    ok: failure === null,
    changed: emptied.some(({ hadBytes }) => hadBytes),
    state: null,
    pid: null,
    error: failure === null ? null : problem("COMMAND_FAILED", `Cannot flush ${id}: ${failure}`),
  };
}

function idOf({ project, process, index }: LogOwner): string {
  return `${project}/${process}.${index}`;
}
