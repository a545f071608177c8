/** `procman top`. */

import { fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { isTerminal } from "../is-terminal.ts";
import { SORT_KEYS } from "../top/sort-keys.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "watch processes and their logs, live, and act on them",
  details: `A full-screen view: the processes with their state, health and use, and below them the log of the one that is selected.
Arrows or j and k select, Enter shows the log on the whole screen, s stops or starts, r restarts, K kills, i says why,
/ searches the log, f filters by name, o changes the order; ? lists every key. q or Ctrl-C leaves; processes go on.
It needs a terminal; elsewhere 'ls --watch' and 'stats --json' say the same, or --once shows one frame as text.`,
  flags: {
    all: { type: "boolean", alias: "a", description: "the processes of every project" },
    sort: {
      type: "enum",
      options: [...SORT_KEYS],
      description: "the order to begin with: name, or what uses or has lived most",
    },
    once: { type: "boolean", description: "write one frame as text, and end" },
  },
  examples: [
    ["procman top", "the processes of this project"],
    ["procman top --all --sort cpu", "those of every project, the busiest first"],
    ["procman top --once", "one look, for a script or a report"],
  ],
  async run(context) {
    const sort = sortFlag(context);
    if (context.json) {
      const hint =
        "'procman stats --json' and 'procman ls --json' say the same; with --watch they go on.";
      fail("USAGE", "Cannot write top as JSON: it is a view on a terminal", hint);
    }
    // Loaded apart: what is only asked for help or completion is to be quick.
    if (context.args.isSet("once")) {
      const { showOnce } = await import("../top/once.ts");
      return showOnce(context, sort);
    }
    if (!isTerminal(0) || !isTerminal(1) || context.env["TERM"] === "dumb") {
      const hint =
        "'procman ls --watch' shows changes as lines, 'procman stats --json' is for programs, 'procman top --once' writes one frame.";
      fail("USAGE", "Cannot show top: this is no terminal that can be drawn on", hint);
    }
    const { runTop } = await import("../top/top.ts");
    const code = await runTop(context, sort);
    // What was asked and is not answered yet, by a daemon that hangs perhaps, would keep it from ending.
    return process.exit(code);
  },
};

function sortFlag({ args }: CommandContext): (typeof SORT_KEYS)[number] {
  const text = args.text("sort") ?? "name";
  const found = SORT_KEYS.find((key) => key === text);
  if (found !== undefined) return found;
  return fail("USAGE", `Cannot sort by '${text}'`, `It is one of ${SORT_KEYS.join(", ")}.`);
}
