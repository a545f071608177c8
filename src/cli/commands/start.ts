/** `procman start`. */

import type { Command } from "../command.ts";
import { nowReady, renderResults } from "../render/results.ts";
import { startInput, TARGET_FLAGS, WAIT_FLAGS } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "start processes, and what they depend on",
  details: `Returns when each was spawned once, with --wait when all are ready. Something that runs already is left alone; a
one-shot that is named runs again, and what has a schedule runs now.`,
  flags: { ...TARGET_FLAGS, ...WAIT_FLAGS },
  examples: [
    ["procman start api", "start api and what it needs"],
    ["procman start 'web-*'", "start every process whose name starts with web-"],
  ],
  async run(context) {
    const input = startInput(context, "start");
    const { results } = await context.client.change("start", input);
    return renderResults(context, results, input.until === "ready" ? nowReady : "started");
  },
};
