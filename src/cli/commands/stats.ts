/** `procman stats`. */

import type { Stats } from "../../protocol/stats.ts";
import { parseTimestamp } from "../../model/timestamp.ts";
import type { Command, CommandContext } from "../command.ts";
import { writeAll } from "../output.ts";
import { historyTable, useTable } from "../render/stats-table.ts";
import { requireProject } from "../require-project.ts";
import { terminalWidth } from "../terminal.ts";
import { timestampFlag } from "../timestamps.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "show what processes use: CPU, memory, descriptors, disk and connections",
  details: `Each row is about the whole tree of an instance; 100 % is one core. With --since the least, the mean and the
most of what it has used since then, and how that went: up to a day back. With --watch the table is drawn anew every
second, until Ctrl-C; where there is no terminal, it is written anew. With --json an array, with --watch one a line.`,
  flags: {
    all: { type: "boolean", alias: "a", description: "the processes of every project" },
    since: {
      type: "string",
      description: "what was used since: a duration back from now, or a timestamp",
      valueHint: "T",
    },
    watch: { type: "boolean", alias: "w", description: "go on, every second" },
  },
  examples: [
    ["procman stats", "what the processes of this project use now"],
    ["procman stats api --since 1h", "what api has used in the last hour, and how that went"],
    ["procman stats --watch", "see it change"],
    ["procman stats --all --since 10m --json", "every process with its history, as an array"],
  ],
  async run(context) {
    timestampFlag(context, "since");
    if (context.args.isSet("watch")) return watch(context);
    const stats = await statsOf(context);
    if (context.json) writeAll(1, `${JSON.stringify(stats)}\n`);
    else if (stats.length === 0) context.say(nothing(context));
    else writeAll(1, textOf(linesOf(context, stats, terminalWidth())));
    return 0;
  },
};

/** A duration goes back from when it is looked. */
async function statsOf(context: CommandContext): Promise<readonly Stats[]> {
  const { args, client, place } = context;
  const all = args.isSet("all");
  const since = args.text("since");
  const sinceMs = since === null ? null : parseTimestamp(since, Date.now());
  const input = { ...place, targets: args.words, all, sinceMs };
  const found = (await client.look("stats", input)) ?? [];
  if (found.length === 0 && !all) requireProject(context);
  return found;
}

function linesOf(
  { args }: CommandContext,
  stats: readonly Stats[],
  width: number | null,
): string[] {
  const options = { showProject: args.isSet("all"), width };
  return args.text("since") === null ? useTable(stats, options) : historyTable(stats, options);
}

function nothing({ args }: CommandContext): string {
  return args.isSet("all")
    ? "Nothing runs."
    : "Nothing runs here. 'procman up' starts the project.";
}

const EVERY_MS = 1_000;

/** Loaded apart: a single look is to be quick. */
async function watch(context: CommandContext): Promise<number> {
  const { watchList } = await import("../list-watch.ts");
  return watchList(context, {
    look: () => statsOf(context),
    everyMs: EVERY_MS,
    lines: (stats, width) =>
      stats.length === 0 ? [nothing(context)] : linesOf(context, stats, width),
  });
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
