/** The project that a command defines: the configuration loaded, its notices said, its problems thrown. */

import type { LoadedProject, LoadOptions } from "../config/load.ts";
import { loadedOrThrow, requireProcesses } from "../config/loaded.ts";
import { callerEnvironment } from "../client/caller-environment.ts";
import type { ApplyInput } from "../protocol/definition-inputs.ts";
import type { CommandContext } from "./command.ts";
import { knownProjects } from "./known-projects.ts";

export interface Definition {
  readonly loaded: LoadedProject;
  readonly callerEnv: Readonly<Record<string, string>>;
}

/** With the runtime updates, and unless others are given with the profiles, that the daemon knows the project with. */
export async function loadDefinition(context: CommandContext): Promise<Definition> {
  const given = context.args.texts("profile");
  return definitionOf(context, {
    profiles: given.length > 0 ? given : null,
    known: await knownProjects(context),
  });
}

/** For `up`, which says itself what is started: without `--profile` there is none. */
export async function loadAsGiven(context: CommandContext): Promise<Definition> {
  return definitionOf(context, { known: await knownProjects(context) });
}

/** As the files have it, whatever a daemon knows. */
export async function definitionOf(
  context: CommandContext,
  options: Partial<LoadOptions> = {},
): Promise<Definition> {
  const { args, directory, env } = context;
  const { loadProject } = await import("../config/load.ts");
  const result = await loadProject({
    directory,
    files: args.texts("file"),
    project: args.text("project"),
    profiles: args.texts("profile"),
    // The whole of it: PROCMAN_CONFIG__… is a layer of the configuration.
    env: definedOnly(env),
    updateEnv: args.isSet("update-env"),
    ...options,
  });
  const loaded = loadedOrThrow(result);
  for (const notice of loaded.notices) context.say(notice);
  const { spec } = loaded;
  // Found on the way up: not everybody knows that there is one.
  if (
    args.texts("file").length === 0 &&
    options.directory === undefined &&
    spec.directory !== directory
  ) {
    context.say(`Using ${spec.files.join(", ")}.`);
  }
  return { loaded, callerEnv: callerEnvironment(env) };
}

/** What the operations that define a project are told of it. */
export function definingInput(
  { args }: CommandContext,
  { loaded, callerEnv }: Definition,
): Omit<ApplyInput, "prune" | "dryRun"> {
  const { spec, nameIsExplicit, profiles, updates } = loaded;
  requireProcesses(spec);
  return {
    spec,
    nameIsExplicit,
    profiles,
    updates,
    targets: null,
    withDependencies: true,
    callerEnv,
    updateEnv: args.isSet("update-env"),
  };
}

/** The environment without what is not set. */
export function definedOnly(env: CommandContext["env"]): Record<string, string> {
  const defined = Object.entries(env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
