/** Writing a new configuration: never over one that is there, unless that was asked for, and checked afterwards. */

import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, relative } from "node:path";
import { yamlOf } from "../config/documents/write.ts";
import { importFile } from "../config/importers/import.ts";
import type { ImportedProject } from "../config/importers/importer.ts";
import { relocated } from "../config/importers/relocate.ts";
import { loadProject } from "../config/load.ts";
import { configNamesIn, NEW_CONFIG_NAME } from "../config/search.ts";
import { EXIT, fail } from "../model/errors.ts";
import type { CommandContext } from "./command.ts";
import { definedOnly } from "./project-definition.ts";

export interface NewConfig {
  readonly text: string;
  /** Where it came from, for people: `Procfile`, or the name of a template. */
  readonly source: string;
  /** What could not be carried over. */
  readonly notices: readonly string[];
}

/** What another tool's file says, as a configuration that lives in `directory`. */
export async function importedConfig(
  context: CommandContext,
  file: string,
  directory: string,
  asJson = false,
): Promise<NewConfig> {
  const format = context.args.text("format");
  const imported = await importFile(file, format, definedOnly(context.env));
  const source = shown(context, file);
  if (!imported.ok) {
    const place = imported.line === null ? source : `${source}:${imported.line}`;
    const hint =
      "Known are Procfile, process-compose.yaml, ecosystem.config.* and package.json; --format says what a file is.";
    return fail("CONFIG_INVALID", `Cannot import ${place}: ${imported.message}`, hint);
  }
  const data = relocated(imported.data, dirname(file), directory);
  const text = asJson ? `${JSON.stringify(data, null, 2)}\n` : yamlText(data, basename(file));
  return { text, source, notices: imported.notices };
}

function yamlText(data: ImportedProject, source: string): string {
  const { processes, ...project } = data;
  const head = `# Made from ${source} by procman.\n`;
  const top = Object.keys(project).length === 0 ? "" : `${yamlOf(project)}\n`;
  return `${head}${top}${yamlOf({ processes })}`;
}

/** Fails when something is there, tells what was written, and the next step. Resolves to the exit status. */
export async function writeConfig(
  context: CommandContext,
  path: string,
  config: NewConfig,
): Promise<number> {
  refuseToOverwrite(context, path);
  try {
    writeFileSync(path, config.text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail("USAGE", `Cannot write ${shown(context, path)}: ${why}`);
  }
  const result = await loadProject({
    directory: dirname(path),
    files: [path],
    project: null,
    profiles: [],
    env: definedOnly(context.env),
  });
  const problems = result.ok ? [] : result.problems.map(({ message }) => message);
  const processes = result.ok ? Object.keys(result.project.spec.processes) : [];
  const { source, notices } = config;
  if (context.json)
    context.print(JSON.stringify({ file: path, source, processes, notices, problems }));
  const file = shown(context, path);
  for (const notice of notices) context.say(`${source}: ${notice}`);
  context.say(`Wrote ${file} from ${source}${result.ok ? `: ${processes.join(", ")}` : ""}.`);
  for (const problem of problems) context.say(`To be mended: ${problem}`);
  const isFound = dirname(path) === context.directory && basename(path).startsWith("procman.");
  context.say(`Next: procman ${result.ok ? "up" : "config check"}${isFound ? "" : ` -f ${file}`}`);
  return result.ok ? EXIT.ok : EXIT.failed;
}

function refuseToOverwrite(context: CommandContext, path: string): void {
  const directory = dirname(path);
  const name = basename(path);
  const file = shown(context, path);
  if (existsSync(path) && !context.args.isSet("force")) {
    fail("USAGE", `Cannot write ${file}: it is there already`, "--force overwrites it.");
  }
  const others = configNamesIn(directory).filter((other) => other !== name);
  const isOne = /^procman\.(?:config\.)?(?:ts|js|jsonc?|ya?ml|toml)$/.test(name);
  if (isOne && others.length > 0) {
    const hint = "Two configurations in one directory are an error: remove that one first.";
    fail("USAGE", `Cannot write ${file}: there is ${others.join(" and ")} already`, hint);
  }
  if (![".yaml", ".yml", ".json"].includes(extname(name))) {
    fail("USAGE", `Cannot write ${file}: its name has to end in .yaml, .yml or .json`);
  }
}

/** Where a new configuration goes. */
export function newConfigPath(directory: string): string {
  return `${directory}/${NEW_CONFIG_NAME}`;
}

function shown({ directory }: CommandContext, path: string): string {
  const seen = relative(directory, path);
  return seen.startsWith("..") ? path : seen;
}
