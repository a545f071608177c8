/** `procman ls`. */

import type { Status } from "../../protocol/status.ts";
import type { Command, CommandContext } from "../command.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { statusTable } from "../render/status-table.ts";
import { requireProject } from "../require-project.ts";
import { terminalWidth } from "../terminal.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "list processes and their states",
  details: `With --watch the list is drawn anew at every change, until Ctrl-C; where there is no terminal, it is written anew.
With --json each change gives one line, the array of status objects.`,
  flags: {
    all: { type: "boolean", alias: "a", description: "the processes of every project" },
    watch: { type: "boolean", alias: "w", description: "go on, and show every change" },
  },
  examples: [
    ["procman ls", "the processes of this project"],
    ["procman ls --all --json", "every process, as an array of status objects"],
    ["procman ls --watch", "see them change"],
  ],
  async run(context) {
    if (context.args.isSet("watch")) return watch(context);
    const statuses = await statusesOf(context);
    if (context.json) writeAll(1, `${JSON.stringify(statuses)}\n`);
    else if (statuses.length === 0) context.say(nothing(context));
    else writeAll(1, textOf(linesOf(context, statuses, terminalWidth())));
    return 0;
  },
};

/** Of this project, or of all; throws where there is neither. */
async function statusesOf(context: CommandContext): Promise<readonly Status[]> {
  const { args, client, place } = context;
  const all = args.isSet("all");
  const found = await client.look("list", { ...place, targets: args.words, all });
  if ((found ?? []).length === 0 && !all) requireProject(context);
  return found ?? [];
}

function linesOf(
  { args, env }: CommandContext,
  statuses: readonly Status[],
  width: number | null,
): string[] {
  const paint = painter(wantsColor(1, env, args.text("color")));
  const nowMs = Date.now();
  return statusTable(statuses, { showProject: args.isSet("all"), paint, width, nowMs });
}

function nothing({ args }: CommandContext): string {
  return args.isSet("all")
    ? "Nothing runs."
    : "Nothing runs here. 'procman up' starts the project.";
}

/** Loaded apart: a single look is to be quick. */
async function watch(context: CommandContext): Promise<number> {
  const { watchList } = await import("../list-watch.ts");
  return watchList(context, {
    look: () => statusesOf(context),
    everyMs: null,
    lines: (statuses, width) =>
      statuses.length === 0 ? [nothing(context)] : linesOf(context, statuses, width),
  });
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
