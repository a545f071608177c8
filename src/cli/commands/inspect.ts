/** `procman inspect`. */

import { fail } from "../../model/errors.ts";
import type { Inspection } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { terminalWidth } from "../terminal.ts";
import { targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "show everything about processes",
  details: `The configuration is in the words of its file, without what every process has by default; times are local.
With --json one document when it is about one process (of several instances the first), else an array.`,
  flags: {
    env: { type: "boolean", description: "its environment, secrets masked" },
    reveal: { type: "boolean", description: "with --env: secrets too" },
  },
  examples: [
    ["procman inspect api", "state, configuration, process tree, ports, recent events"],
    ["procman inspect api --env --json", "the same with its environment, as JSON"],
  ],
  async run(context) {
    const { args, client, json, print } = context;
    const targets = targetsOf(context, "inspect");
    const place = { ...context.place };
    const found = await client.look("list", { ...place, targets, all: false });
    if (found === null) return nothingRuns(targets);
    const reveal = args.isSet("env") || args.isSet("reveal") ? args.isSet("reveal") : null;
    const inspections: Inspection[] = [];
    for (const { id } of found) {
      const one = await client.look("inspect", { ...place, target: id, reveal });
      if (one !== null) inspections.push(one);
    }
    const [first] = inspections;
    const processes = new Set(found.map(({ project, process }) => `${project}/${process}`));
    const isOne = targets.length === 1 && processes.size === 1;
    if (json) print(JSON.stringify(isOne ? first : inspections));
    else await printAll(context, inspections);
    return 0;
  },
};

/** What writes definitions as files have them knows the whole schema: it is loaded for those who read them. */
async function printAll(
  { print }: CommandContext,
  inspections: readonly Inspection[],
): Promise<void> {
  const width = terminalWidth();
  const { renderInspection } = await import("../render/inspection.ts");
  for (const [at, inspection] of inspections.entries()) {
    if (at > 0) print("");
    for (const line of renderInspection(inspection, width)) print(line);
  }
}

function nothingRuns(targets: readonly string[]): never {
  const hint = "'procman up' starts the project.";
  return fail("PROCESS_NOT_FOUND", `Cannot find '${targets.join(" ")}': nothing runs`, hint);
}
