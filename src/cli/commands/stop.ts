/** `procman stop`. */

import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, TIMEOUT_FLAG, durationFlag, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "stop processes",
  details: `Returns when no process of their trees is left: the stop signal, then SIGKILL after the grace.`,
  flags: { ...TARGET_FLAGS, ...TIMEOUT_FLAG },
  examples: [
    ["procman stop api", "stop api"],
    ["procman stop db --with-dependents", "stop db and all that depends on it, those first"],
  ],
  async run(context) {
    const input = {
      ...context.place,
      targets: targetsOf(context, "stop"),
      withDependents: context.args.isSet("with-dependents"),
      timeoutMs: durationFlag(context, "timeout"),
    };
    const { results } = await context.client.change("stop", input);
    return renderResults(context, results, "stopped");
  },
};
