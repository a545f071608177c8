/** Runtime updates of a process: whose they are, and the configuration read with them. */

import type { LoadedProject } from "../config/load.ts";
import { findConfigFiles } from "../config/search.ts";
import { CHANGES } from "../client/client.ts";
import { fail } from "../model/errors.ts";
import type { KnownProject, RuntimeUpdates } from "../model/known-project.ts";
import type { CommandContext } from "./command.ts";
import { definitionOf } from "./project-definition.ts";

export interface KnownProcess {
  readonly known: KnownProject;
  readonly process: string;
}

/** The process of that name, in the project of the directory or, as `project/name`, in another. */
export async function findProcess(context: CommandContext, name: string): Promise<KnownProcess> {
  const { client, place, directory } = context;
  const input = { ...place, targets: [name], all: false };
  const [first] = await client.change("list", input, CHANGES);
  const process = name.slice(name.indexOf("/") + 1);
  if (first?.process !== process) {
    fail(
      "USAGE",
      `Cannot update '${name}': it is not the name of a process`,
      first === undefined
        ? null
        : `A process is updated as a whole: '${first.process}' has all its instances.`,
    );
  }
  const [known] = await client.change("known", { project: first.project, directory });
  if (known === undefined) {
    return fail("PROJECT_NOT_FOUND", `Cannot find project '${first.project}' any more`);
  }
  return { known, process };
}

/** The project's configuration as it would be with these updates; every fault in it is thrown. */
export async function loadUpdated(
  context: CommandContext,
  known: KnownProject,
  updates: Readonly<Record<string, RuntimeUpdates>>,
): Promise<LoadedProject> {
  const given = context.args.texts("profile");
  const { loaded } = await definitionOf(context, {
    directory: known.directory,
    files: namedFiles(known),
    project: known.name,
    profiles: given.length > 0 ? given : null,
    known: [{ ...known, updates: { ...known.updates, ...updates } }],
  });
  return loaded;
}

/** The files as they would have to be named by `-f`; none when they are found without. */
function namedFiles({ directory, files }: KnownProject): readonly string[] {
  const found = findConfigFiles(directory, []);
  const isFound = found.ok
    ? found.files.project.join("\n") === files.join("\n")
    : files.length === 1; // Another tool's file, such as a Procfile.
  return isFound ? [] : files;
}
