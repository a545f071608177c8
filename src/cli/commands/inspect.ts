/** `procman inspect`. */

import { fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { targetsOf } from "./targets.ts";
import { renderInspection } from "../render/inspection.ts";

export const command: Command = {
  usage: "NAME",
  summary: "show everything about one process",
  flags: {
    env: { type: "boolean", description: "its environment, secrets masked" },
    reveal: { type: "boolean", description: "with --env: secrets too" },
  },
  examples: [
    ["procman inspect api", "state, configuration, process tree, ports, recent events"],
    ["procman inspect api --env --json", "the same with its environment, as JSON"],
  ],
  async run(context) {
    const { args, client, place, json, print } = context;
    const [target = "", ...more] = targetsOf(context, "inspect");
    if (more.length > 0) fail("USAGE", "Cannot inspect several processes at once", "Name one.");
    const reveal = args.isSet("env") || args.isSet("reveal") ? args.isSet("reveal") : null;
    const found = await client.look("inspect", { ...place, target, reveal });
    if (found === null) return nothingRuns(context, target);
    if (json) print(JSON.stringify(found));
    else for (const line of renderInspection(found)) print(line);
    return 0;
  },
};

function nothingRuns(_: CommandContext, target: string): never {
  const hint = "'procman up' starts the project.";
  return fail("PROCESS_NOT_FOUND", `Cannot find '${target}': nothing runs`, hint);
}
