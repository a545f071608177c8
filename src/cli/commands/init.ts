/** `procman init`. */

import { resolve } from "node:path";
import { configNamesIn } from "../../config/search.ts";
import { fail } from "../../model/errors.ts";
import { nearest } from "../../model/nearest.ts";
import type { Command, CommandContext } from "../command.ts";
import { TEMPLATES } from "../init-templates.ts";
import type { NewConfig } from "../new-config.ts";

const NAMES = Object.keys(TEMPLATES);

export const command: Command = {
  usage: "",
  summary: "write a configuration to begin with",
  details: `From the Procfile, process-compose.yaml, pm2 ecosystem file or package.json that is there, else from a template:
minimal  one process
web      a web server, its database, and a migration before it
workers  a queue, workers that finish what they have begun, and a job for when it is asked for`,
  flags: {
    template: { type: "string", description: NAMES.join(", "), valueHint: "T" },
    from: { type: "string", description: "make it from another tool's file", valueHint: "FILE" },
    format: {
      type: "string",
      description: "what FILE is, when its name does not say it",
      valueHint: "F",
    },
    force: { type: "boolean", description: "overwrite the one that is there" },
  },
  examples: [
    ["procman init", "make a configuration from what is found here"],
    ["procman init --template web", "begin with a web server, a database and a migration"],
    ["procman init --from ../old/Procfile", "make it from a file elsewhere"],
  ],
  async run(context) {
    const { args, directory } = context;
    if (args.words.length > 0) fail("USAGE", `Cannot understand '${args.words.join(" ")}'`);
    const [there] = configNamesIn(directory);
    if (there !== undefined && !args.isSet("force")) {
      const hint = "'procman config check' checks it; --force writes another.";
      fail("USAGE", `Cannot begin in ${directory}: there is ${there} already`, hint);
    }
    // Loaded here: help and completion do without the importers.
    const { newConfigPath, writeConfig } = await import("../new-config.ts");
    return writeConfig(context, newConfigPath(directory), await contentOf(context));
  },
};

async function contentOf(context: CommandContext): Promise<NewConfig> {
  const { args, directory } = context;
  const template = args.text("template");
  const from = args.text("from");
  if (template !== null && from !== null) {
    fail("USAGE", "Cannot begin with a template and a file at once", "Name one of them.");
  }
  const { importedConfig } = await import("../new-config.ts");
  const { findForeign } = await import("../../config/importers/import.ts");
  if (from !== null) return importedConfig(context, resolve(directory, from), directory);
  const found = template === null ? findForeign(directory) : null;
  return found === null
    ? fromTemplate(template ?? "minimal")
    : importedConfig(context, found.file, directory);
}

function fromTemplate(name: string): NewConfig {
  const text = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (text !== undefined) return { text, source: `the template ${name}`, notices: [] };
  const near = nearest(name, NAMES);
  const hint = near === null ? `There are ${NAMES.join(", ")}.` : `Did you mean '${near}'?`;
  return fail("USAGE", `Cannot find template '${name}'`, hint);
}
