/** `procman reset`. */

import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "clear restart counters",
  flags: {},
  examples: [
    ["procman reset api", "let api use its whole restart budget again"],
    ["procman reset all", "the same for every process of this project"],
  ],
  async run(context) {
    const targets = targetsOf(context, "reset");
    const { results } = await context.client.change("reset", { ...context.place, targets });
    return renderResults(context, results, () => ({ what: "restart count cleared" }));
  },
};
