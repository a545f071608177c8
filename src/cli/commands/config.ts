/** `procman config check|show|schema|import`. */

import { fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { countOf } from "../count-of.ts";
import { requireProcesses } from "../../config/loaded.ts";
import { loadDefinition } from "../project-definition.ts";

type Action = (context: CommandContext, words: readonly string[]) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  check,
  show: async (...args) => (await import("./config-show.ts")).showConfig(...args),
  schema,
  import: async (...args) => (await import("./config-import.ts")).importConfig(...args),
};

export const command: Command = {
  usage: "check|show [TARGET…]|schema|import FILE",
  summary: "check, show, describe and import the configuration",
  details: `check   reads everything, reports everything wrong at once, and starts nothing
show    the configuration in force as YAML, defaults included; with --origin where each value comes from
schema  a JSON Schema of the configuration, for editors
import  writes procman.config.yaml beside FILE: a Procfile, process-compose.yaml, pm2 ecosystem file or package.json`,
  flags: {
    origin: { type: "boolean", description: "show: the layer, file and line of each value" },
    reveal: { type: "boolean", description: "show: secrets of the environment too" },
    out: {
      type: "string",
      description: "import: where to write (.yaml, .json); - for stdout",
      valueHint: "FILE",
    },
    format: {
      type: "string",
      description:
        "import: procfile, process-compose, pm2 or package, when FILE's name does not say it",
      valueHint: "F",
    },
    force: { type: "boolean", description: "import: overwrite what is there" },
  },
  examples: [
    ["procman config check", "is the configuration of this directory right"],
    ["procman config check -f ci.yaml --json", "the same of another file, for programs"],
    ["procman config show api --origin", "what api is given, and which file and line says so"],
    ["procman config import ecosystem.config.js", "a configuration from another tool's file"],
    ["procman config schema > procman.schema.json", 'for "$schema" in procman.json'],
  ],
  async run(context) {
    const [name = "check", ...words] = context.args.words;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      const hint = `It is one of ${Object.keys(ACTIONS).join(", ")}.`;
      return fail("USAGE", `Cannot understand 'config ${name}'`, hint);
    }
    return action(context, words);
  },
};

async function check(context: CommandContext, words: readonly string[]): Promise<number> {
  refuseMore("check", words);
  const { loaded } = await loadDefinition(context);
  requireProcesses(loaded.spec);
  const { name, files, processes } = loaded.spec;
  const names = Object.keys(processes);
  if (context.json) {
    context.print(JSON.stringify({ ok: true, project: name, files, processes: names }));
  } else {
    context.print(
      `${files.join(", ")}: project ${name}, ${countOf(names.length, "process", "processes")}, no problems`,
    );
  }
  return 0;
}

async function schema(context: CommandContext, words: readonly string[]): Promise<number> {
  refuseMore("schema", words);
  const { configJsonSchema } = await import("../../config/schema/json-schema.ts");
  context.print(JSON.stringify(configJsonSchema(), null, context.json ? undefined : 2));
  return 0;
}

function refuseMore(action: string, [word]: readonly string[]): void {
  if (word === undefined) return;
  const hint = action === "check" ? "A file is named with -f." : null;
  fail("USAGE", `Cannot understand 'config ${action} ${word}'`, hint);
}
