/** `procman resurrect`. */

import { CHANGES } from "../../client/client.ts";
import { limits } from "../../model/limits.ts";
import type { Command, CommandContext } from "../command.ts";
import { renderResults } from "../render/results.ts";

export const command: Command = {
  usage: "",
  summary: "start what was up before a reboot, or what was saved",
  details: `Of every project, or with -p of one, with the definitions and environments that they had; no configuration is
read. What comes back: the set of 'procman save', else what was up when the machine went down, or when the daemon was
stopped with everything. What was started, stopped or killed by name since then is left as it is. The boot unit of
'procman startup' runs this.`,
  flags: {
    "by-unit": {
      type: "boolean",
      description:
        "for the boot unit, which starts the daemon itself: wait for that one, and for nothing else",
    },
  },
  examples: [
    ["procman resurrect", "after a reboot without a boot unit"],
    ["procman resurrect -p shop", "only what belongs to shop"],
  ],
  async run(context) {
    const { args, client } = context;
    const byUnit = args.isSet("by-unit");
    if (byUnit) await untilThere(context);
    const { results } = await client.change(
      "resurrect",
      { project: args.text("project"), byUnit },
      { ...CHANGES, start: !byUnit },
    );
    if (results.length === 0) context.say("Nothing to start: all that is to come back is up.");
    return renderResults(context, results, "started");
  },
};

/** How often it is looked for: once in a boot, so it need not be cheap. */
const LOOK_MS = 20;

/** A daemon started from here would take the home from the one that the unit keeps. */
async function untilThere({ client }: CommandContext): Promise<void> {
  const giveUpAt = performance.now() + 2 * limits.daemonAnswerMs;
  while (performance.now() < giveUpAt) {
    if ((await client.ask("daemon-status", {})) !== null) return;
    await Bun.sleep(LOOK_MS);
  }
}
