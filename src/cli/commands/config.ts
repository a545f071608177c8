/** `procman config check`. */

import { fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadDefinition } from "../project-definition.ts";

export const command: Command = {
  usage: "check",
  summary: "check the configuration",
  details: "check  reads everything, reports everything wrong at once, and starts nothing",
  flags: {},
  examples: [
    ["procman config check", "is the configuration of this directory right"],
    ["procman config check -f ci.yaml --json", "the same of another file, for programs"],
  ],
  async run(context) {
    const [name = "check"] = context.args.words;
    if (name !== "check") {
      fail("USAGE", `Cannot understand 'config ${name}'`, "There is 'config check'.");
    }
    return check(context);
  },
};

async function check(context: CommandContext): Promise<number> {
  const { loaded } = await loadDefinition(context);
  const { name, files, processes } = loaded.spec;
  const names = Object.keys(processes);
  if (context.json) {
    context.print(JSON.stringify({ ok: true, project: name, files, processes: names }));
  } else {
    context.print(`${files.join(", ")}: project ${name}, ${names.length} processes, no problems`);
  }
  return 0;
}
