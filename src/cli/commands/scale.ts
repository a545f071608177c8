/** `procman scale`. */

import { fail } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";

export const command: Command = {
  usage: "NAME=N…",
  summary: "change how many instances of processes run",
  details: "Lasts until 'down', also over an 'up'. New instances start if the process is up.",
  flags: {},
  examples: [
    ["procman scale worker=3", "run three workers"],
    ["procman scale worker=1 mailer=2", "several at once"],
  ],
  async run(context) {
    const counts = Object.fromEntries(context.args.words.map(countOf));
    if (context.args.words.length === 0) {
      fail("USAGE", "Cannot scale: no count was given", "Say NAME=N: 'procman scale worker=3'.");
    }
    const { results } = await context.client.change("scale", { ...context.place, counts });
    return renderResults(context, results, "scaled");
  },
};

function countOf(word: string): [string, number] {
  const match = /^([^=]+)=(\d+)$/.exec(word);
  const count = Number(match?.[2]);
  if (match?.[1] === undefined) {
    return fail("USAGE", `Cannot understand '${word}'`, "Say NAME=N: 'procman scale worker=3'.");
  }
  if (count < 1) {
    const hint = `'procman stop ${match[1]}' stops every instance.`;
    return fail(
      "USAGE",
      `Cannot scale ${match[1]} to ${count}: there is at least one instance`,
      hint,
    );
  }
  return [match[1], count];
}
