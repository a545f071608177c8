/** What the daemon knows of the projects in a directory, for whoever reads their configurations. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { hasSomethingToLookAfter } from "../client/registry-peek.ts";
import { findConfigFiles } from "../config/search.ts";
import type { KnownProject } from "../model/known-project.ts";
import type { CommandContext } from "./command.ts";

export async function knownProjects(context: CommandContext): Promise<readonly KnownProject[]> {
  const { args, client } = context;
  // A daemon that is only on its way for the first time has nothing to tell: it need not be waited for.
  if (!existsSync(client.socket) && !hasSomethingToLookAfter(client.home)) return [];
  const files = args.texts("file").map((file) => resolve(context.directory, file));
  const found = findConfigFiles(context.directory, files);
  const directory = found.ok ? found.files.directory : context.directory;
  const options = { start: false, waits: true, repeatable: true };
  return (await client.look("known", { project: null, directory }, options)) ?? [];
}
