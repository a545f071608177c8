/** `procman config import`: another tool's file as a configuration of ours. */

import { dirname, resolve } from "node:path";
import { findForeign } from "../../config/importers/import.ts";
import { EXIT, fail } from "../../model/errors.ts";
import type { CommandContext } from "../command.ts";
import { importedConfig, newConfigPath, writeConfig } from "../new-config.ts";

/** Its standard output. */
const STDOUT = "-";

export async function importConfig(
  context: CommandContext,
  words: readonly string[],
): Promise<number> {
  const { args, directory } = context;
  const file = fileOf(context, words);
  const out = args.text("out");
  if (out === STDOUT) {
    const { text, source, notices } = await importedConfig(
      context,
      file,
      dirname(file),
      context.json,
    );
    for (const notice of notices) context.say(`${source}: ${notice}`);
    context.print(text.trimEnd());
    return EXIT.ok;
  }
  const path = out === null ? newConfigPath(dirname(file)) : resolve(directory, out);
  const config = await importedConfig(context, file, dirname(path), path.endsWith(".json"));
  return writeConfig(context, path, config);
}

function fileOf({ directory }: CommandContext, words: readonly string[]): string {
  const [given, ...more] = words;
  if (more.length > 0) fail("USAGE", "Cannot import several files at once", "Name one.");
  if (given !== undefined) return resolve(directory, given);
  const found = findForeign(directory);
  if (found !== null) return found.file;
  return fail(
    "USAGE",
    `Cannot import anything: ${directory} has no file of a tool that procman knows`,
    "Name one: a Procfile, a process-compose.yaml, an ecosystem file of pm2, a package.json.",
  );
}
