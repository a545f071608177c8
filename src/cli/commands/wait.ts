/** `procman wait`. */

import { LOOKS } from "../../client/client.ts";
import { fail } from "../../model/errors.ts";
import { hasCome, WAIT_CONDITIONS } from "../../model/waiting.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { durationFlag, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "wait until processes have come to a state",
  details:
    "Exits with 0 when all have, with 1 as soon as one no longer can, with 124 after --timeout.",
  flags: {
    for: { type: "enum", options: [...WAIT_CONDITIONS], description: "the state (ready)" },
    timeout: { type: "string", description: "at most D like 500ms, 30s, 2m", valueHint: "D" },
  },
  examples: [
    ["procman wait api --timeout 30s", "wait until api is ready"],
    ["procman wait migrate --for succeeded", "wait until the one-shot migrate has done its work"],
  ],
  async run(context) {
    const { args, client, place } = context;
    const text = args.text("for") ?? "ready";
    const condition = WAIT_CONDITIONS.find((it) => it === text);
    if (condition === undefined) {
      return fail(
        "USAGE",
        `Cannot wait for '${text}'`,
        `It is one of ${WAIT_CONDITIONS.join(", ")}.`,
      );
    }
    const targets = targetsOf(context, "wait");
    const timeoutMs = durationFlag(context, "timeout");
    const input = { ...place, targets, for: condition, timeoutMs };
    const answer = await client.look("wait", input, { ...LOOKS, waits: true });
    if (answer === null) {
      const hint = "'procman up' starts the project.";
      return fail("PROCESS_NOT_FOUND", `Cannot find '${targets.join(" ")}': nothing runs`, hint);
    }
    return renderResults(context, answer.results, hasCome(condition));
  },
};
