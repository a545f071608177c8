/** `procman restart`. */

import { CHANGES } from "../../client/client.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "stop processes and start them again",
  details: `Returns when each has a new run.`,
  flags: { ...TARGET_FLAGS },
  examples: [
    ["procman restart api", "restart api"],
    ["procman restart @backend", "restart the group backend"],
  ],
  async run(context) {
    const input = {
      ...context.place,
      targets: targetsOf(context, "restart"),
      withDependents: context.args.isSet("with-dependents"),
    };
    const { results } = await context.client.change("restart", input, {
      ...CHANGES,
      repeatable: false,
    });
    return renderResults(context, results, "restarted");
  },
};
