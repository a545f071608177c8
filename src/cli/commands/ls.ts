/** `procman ls`. */

import { terminalWidth } from "../terminal.ts";
import type { Command } from "../command.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { statusTable } from "../render/status-table.ts";
import { requireProject } from "../require-project.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "list processes and their states",
  flags: { all: { type: "boolean", alias: "a", description: "the processes of every project" } },
  examples: [
    ["procman ls", "the processes of this project"],
    ["procman ls --all --json", "every process, as an array of status objects"],
  ],
  async run(context) {
    const { args, client, env, json } = context;
    const all = args.isSet("all");
    const found = await client.look("list", { ...context.place, targets: args.words, all });
    const statuses = found ?? [];
    if (statuses.length === 0 && !all) requireProject(context);
    if (json) {
      writeAll(1, `${JSON.stringify(statuses)}\n`);
      return 0;
    }
    if (statuses.length === 0) {
      context.say(all ? "Nothing runs." : "Nothing runs here. 'procman up' starts the project.");
      return 0;
    }
    const paint = painter(wantsColor(1, env, args.text("color")));
    const lines = statusTable(statuses, { showProject: all, paint, width: terminalWidth() });
    writeAll(1, `${lines.join("\n")}\n`);
    return 0;
  },
};
