/** `procman start`. */

import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "start processes, and what they depend on",
  details: `Returns when each was spawned once. Something that runs already is left alone; a one-shot that is named runs again.`,
  flags: { ...TARGET_FLAGS },
  examples: [
    ["procman start api", "start api and what it needs"],
    ["procman start 'web-*'", "start every process whose name starts with web-"],
  ],
  async run(context) {
    const input = {
      ...context.place,
      targets: targetsOf(context, "start"),
      withDependents: context.args.isSet("with-dependents"),
    };
    const { results } = await context.client.change("start", input);
    return renderResults(context, results, "started");
  },
};
