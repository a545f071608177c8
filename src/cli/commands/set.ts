/** `procman set`. */

import { fail, ProcmanError } from "../../model/errors.ts";
import type { RuntimeUpdates } from "../../model/known-project.ts";
import { nearest } from "../../model/nearest.ts";
import type { OutputOfOperation } from "../../protocol/operations.ts";
import type { Command, CommandContext } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { findProcess, loadUpdated } from "../runtime-updates.ts";
import { own } from "../../model/own.ts";

export const command: Command = {
  usage: "NAME [KEY=VALUE…] [--unset [KEY…]]",
  summary: "change values of a process's configuration while it runs",
  details: `Keys are those of the process, with points between them: env.LOG_LEVEL, restart.max. The values go before those of
the configuration until 'down', or until they are unset: the keys without a value are, or all when none is named.
A process that feels the change is restarted; no other one is touched.`,
  flags: {
    unset: { type: "boolean", description: "take back what was set: the keys without a value" },
  },
  examples: [
    ["procman set api env.LOG_LEVEL=debug restart.max=10", "let api say more, and crash more"],
    ["procman set api --unset env.LOG_LEVEL", "take one of them back"],
    ["procman set shop/api --unset", "take everything back, from elsewhere"],
  ],
  async run(context) {
    const { args } = context;
    const [name, ...words] = args.words;
    if (name === undefined || name.includes("=")) {
      fail("USAGE", "Cannot set: no process was named", "Say 'procman set NAME KEY=VALUE'.");
    }
    const edit = editOf(words, args.isSet("unset"));
    const { results } = await setProcess(context, name, edit);
    return renderResults(context, results, "updated");
  },
};

interface Edit {
  readonly set: RuntimeUpdates;
  /** Keys, each with all that is below it; null unsets everything. */
  readonly unset: readonly string[] | null;
}

/** Others may be updating the same process. */
const MAX_TRIES = 20;

async function setProcess(
  context: CommandContext,
  name: string,
  edit: Edit,
): Promise<OutputOfOperation<"set">> {
  for (let left = MAX_TRIES - 1; ; left -= 1) {
    const { known, process } = await findProcess(context, name);
    const updatesBefore = own(known.updates, process) ?? {};
    const updates = edited(name, updatesBefore, edit);
    if (known.files.length === 0) {
      fail("INVALID_PARAMETER", `Cannot set ${name}: it has no configuration`);
    }
    const loaded = await loadUpdated(context, known, { [process]: updates });
    const spec = own(loaded.spec.processes, process);
    if (spec === undefined) {
      const files = known.files.join(", ");
      fail("INVALID_PARAMETER", `Cannot set ${name}: it is no longer in ${files}`);
    }
    const place = { ...context.place, project: known.name };
    try {
      const input = { ...place, process: spec, updates, updatesBefore };
      return await context.client.change("set", input);
    } catch (error) {
      const isLate = error instanceof ProcmanError && error.problem.code === "CHANGED_MEANWHILE";
      if (!isLate || left === 0) throw error;
    }
  }
}

function editOf(words: readonly string[], unsets: boolean): Edit {
  const set: Record<string, string> = {};
  const bare: string[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 0) bare.push(word);
    else set[word.slice(0, at)] = word.slice(at + 1);
  }
  if (!unsets && bare.length > 0) {
    const hint = "Say KEY=VALUE, or --unset KEY.";
    fail("USAGE", `Cannot understand '${bare[0]}': it has no value`, hint);
  }
  if (!unsets && words.length === 0)
    fail("USAGE", "Cannot set: no value was given", "Say 'procman set NAME KEY=VALUE'.");
  return { set, unset: unsets && words.length === 0 ? null : bare };
}

/** What is set again counts as later than all that was set before. */
function edited(name: string, before: RuntimeUpdates, { set, unset }: Edit): RuntimeUpdates {
  if (unset === null) return {};
  const known = Object.keys(before);
  const gone = new Set(Object.keys(set));
  for (const key of unset) {
    const below = known.filter((it) => it === key || it.startsWith(`${key}.`));
    if (below.length === 0) cannotUnset(name, key, known);
    for (const it of below) gone.add(it);
  }
  const kept = Object.entries(before).filter(([key]) => !gone.has(key));
  return { ...Object.fromEntries(kept), ...set };
}

function cannotUnset(name: string, key: string, known: readonly string[]): never {
  const similar = nearest(key, known);
  const hint =
    similar !== null
      ? `Did you mean '${similar}'?`
      : known.length > 0
        ? `Set are: ${known.join(", ")}.`
        : "Nothing of it is set.";
  return fail("INVALID_PARAMETER", `Cannot unset ${key} of ${name}: it is not set`, hint);
}
