/** `procman why`. */

import { fail } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { painter, wantsColor } from "../output.ts";
import { renderExplanation } from "../render/explanation.ts";
import { fitted } from "../render/fitted.ts";
import { terminalWidth } from "../terminal.ts";
import { targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "NAME",
  summary: "say why a process is in its state",
  details: `What it waits for and since when, how it last ended and what it wrote last, when it is started again, and which key of
the configuration has put it there. Of several instances the one with most to explain is explained.`,
  flags: {},
  examples: [
    ["procman why api", "why it is not running, or not ready"],
    ["procman why api.2 --json", "the same of one instance, for scripts"],
  ],
  async run(context) {
    const { args, client, place, json, print, env } = context;
    const [target = "", ...more] = targetsOf(context, "explain", "why NAME");
    if (more.length > 0) fail("USAGE", "Cannot explain several processes at once", "Name one.");
    const found = await client.look("why", { ...place, target });
    if (found === null) {
      const hint = "'procman up' starts the project.";
      return fail("PROCESS_NOT_FOUND", `Cannot find '${target}': nothing runs`, hint);
    }
    const paint = painter(wantsColor(1, env, args.text("color")));
    const width = terminalWidth();
    if (json) print(JSON.stringify(found));
    else for (const line of renderExplanation(found, Date.now(), paint)) print(fitted(line, width));
    return 0;
  },
};
