/** `procman kill`. */

import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "kill processes at once",
  details: `SIGKILL to the whole tree, without grace and without a restart.`,
  flags: { ...TARGET_FLAGS },
  examples: [
    ["procman kill api", "kill api"],
    ["procman kill all", "kill every process of this project"],
  ],
  async run(context) {
    const input = {
      ...context.place,
      targets: targetsOf(context, "kill"),
      withDependents: context.args.isSet("with-dependents"),
      timeoutMs: null,
    };
    const { results } = await context.client.change("kill", input);
    return renderResults(context, results, "killed");
  },
};
