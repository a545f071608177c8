/** `procman restart`. */

import { CHANGES } from "../../client/client.ts";
import type { Command } from "../command.ts";
import { sayIfEdited } from "../edited.ts";
import { renderResults } from "../render/results.ts";
import { startInput, TARGET_FLAGS, WAIT_FLAGS } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "stop processes and start them again",
  details: `What is named is restarted, whatever its state; of all, a group or a glob only what is meant to be up: not what was
stopped, has completed or was never started.
Returns when each has a new run, with --wait when all are ready. They start as they were defined: an edit of the
configuration is taken over by 'procman apply' or 'procman up'.`,
  flags: { ...TARGET_FLAGS, ...WAIT_FLAGS },
  examples: [
    ["procman restart api", "restart api"],
    ["procman restart @backend", "restart the group backend"],
  ],
  async run(context) {
    const input = startInput(context, "restart");
    const { results } = await context.client.change("restart", input, {
      ...CHANGES,
      repeatable: false,
    });
    if (results.length === 0) {
      context.say("Nothing of it is up. 'procman start' starts what was stopped.");
    }
    const status = renderResults(context, results, "restarted");
    await sayIfEdited(context, input.targets);
    return status;
  },
};
