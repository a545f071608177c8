/** The project that a command defines: the configuration loaded, its notices said, its problems thrown. */

import type { LoadedProject, LoadOptions } from "../config/load.ts";
import { callerEnvironment } from "../client/caller-environment.ts";
import { fail, problem, ProcmanError, type Problem } from "../model/errors.ts";
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
  if (!result.ok) throw new ProcmanError(asOne(result.problems));
  for (const notice of result.project.notices) context.say(notice);
  const { spec } = result.project;
  // Found on the way up: not everybody knows that there is one.
  if (
    args.texts("file").length === 0 &&
    options.directory === undefined &&
    spec.directory !== directory
  ) {
    context.say(`Using ${spec.files.join(", ")}.`);
  }
  return { loaded: result.project, callerEnv: callerEnvironment(env) };
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

/** An editor may be writing the file: nobody means to have everything taken away. */
export function requireProcesses({ processes, files }: LoadedProject["spec"]): void {
  if (Object.keys(processes).length > 0) return;
  const hint = "They belong under `processes`. 'procman down' stops and forgets all there were.";
  fail("CONFIG_INVALID", `Cannot use ${files.join(", ")}: it has no processes`, hint);
}

function asOne(problems: readonly Problem[]): Problem {
  const [first, ...more] = problems;
  if (first === undefined) throw new Error("a configuration failed without a problem");
  if (more.length === 0) return first;
  const lines = problems.map(({ message, hint }) =>
    hint === null ? message : `${message}\n    ${hint}`,
  );
  return problem(
    first.code,
    `Cannot use the configuration: ${problems.length} problems`,
    lines.join("\n  "),
    { problems },
  );
}

/** The environment without what is not set. */
export function definedOnly(env: CommandContext["env"]): Record<string, string> {
  const defined = Object.entries(env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
