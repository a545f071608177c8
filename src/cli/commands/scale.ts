/** `procman scale`. */

import { fail } from "../../model/errors.ts";
import type { KnownProject } from "../../model/known-project.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { renderResults, type DoneText } from "../render/results.ts";
import { findProcess, loadUpdated } from "../runtime-updates.ts";
import { own } from "../../model/own.ts";

export const command: Command = {
  usage: "NAME=N…",
  summary: "change how many instances of processes run",
  details: `The same as 'set NAME instances=N': it lasts until 'down' or 'set NAME --unset instances', also over an 'up'. New
instances start if the process is up.`,
  flags: {},
  examples: [
    ["procman scale worker=3", "run three workers"],
    ["procman scale worker=1 mailer=2", "several at once"],
  ],
  async run(context) {
    const counts = context.args.words.map((word, at, words) => countOf(word, words[at + 1]));
    if (counts.length === 0) {
      fail("USAGE", "Cannot scale: no count was given", "Say NAME=N: 'procman scale worker=3'.");
    }
    const results: ActionResult[] = [];
    for (const { known, counts: of } of await checked(context, counts)) {
      const place = { ...context.place, project: known.name };
      const answer = await context.client.change("scale", { ...place, counts: of });
      results.push(...answer.results);
    }
    const status = renderResults(context, results, doneTo);
    sayFailed(context, results);
    return status;
  },
};

function doneTo({ state, pid, changed }: ActionResult): DoneText | null {
  if (state === null) return { what: "stopped and removed" };
  return changed && pid !== null ? { what: "started" } : null;
}

/** The count is as asked, and yet not all of them run. */
function sayFailed(context: CommandContext, results: readonly ActionResult[]): void {
  const there = results.filter(({ state }) => state !== null);
  const failed = there.filter(({ state }) => state === "failed" || state === "skipped");
  if (failed.length === 0) return;
  const are = failed.length === 1 ? "is" : "are";
  context.say(`! ${failed.length} of ${there.length} ${are} failed: see 'procman ls'`);
}

interface Counts {
  readonly known: KnownProject;
  readonly counts: Readonly<Record<string, number>>;
}

/** The counts of each project, once the configuration has been read with them. */
async function checked(
  context: CommandContext,
  wanted: readonly (readonly [string, number])[],
): Promise<readonly Counts[]> {
  const projects = new Map<string, Counts>();
  for (const [name, count] of wanted) {
    const { known, process } = await findProcess(context, name);
    const counts = { ...projects.get(known.name)?.counts, [process]: count };
    projects.set(known.name, { known, counts });
  }
  for (const { known, counts } of projects.values()) {
    if (known.files.length === 0) continue; // Nothing to read: it was given to the daemon as it is.
    const updates = Object.entries(counts).map(
      ([process, count]) =>
        [process, { ...own(known.updates, process), instances: String(count) }] as const,
    );
    await loadUpdated(context, known, Object.fromEntries(updates));
  }
  return [...projects.values()];
}

function countOf(word: string, next: string | undefined): [string, number] {
  const match = /^([^=]+)=(\d+)$/.exec(word);
  const count = Number(match?.[2]);
  if (match?.[1] === undefined) {
    // As with pm2: `scale worker 3`.
    const meant = /^\d+$/.test(next ?? "") && !word.includes("=") ? `${word}=${next}` : "worker=3";
    return fail("USAGE", `Cannot understand '${word}'`, `Say NAME=N: 'procman scale ${meant}'.`);
  }
  if (count < 1) {
    const hint = `'procman stop ${match[1]}' stops every instance.`;
    return fail(
      "USAGE",
      `Cannot scale ${match[1]} to ${count}: there is at least one instance`,
      hint,
    );
  }
  return [match[1], count];
}
