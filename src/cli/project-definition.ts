/** The project that a command defines: the configuration loaded, its notices said, its problems thrown. */

import type { LoadedProject } from "../config/load.ts";
import { callerEnvironment } from "../client/caller-environment.ts";
import { problem, ProcmanError } from "../model/errors.ts";
import type { CommandContext } from "./command.ts";

export interface Definition {
  readonly loaded: LoadedProject;
  readonly callerEnv: Readonly<Record<string, string>>;
}

export async function loadDefinition(context: CommandContext): Promise<Definition> {
  const { args, directory, env } = context;
  const callerEnv = callerEnvironment(env);
  const { loadProject } = await import("../config/load.ts");
  const result = await loadProject({
    directory,
    files: args.texts("file"),
    project: args.text("project"),
    profiles: args.texts("profile"),
    // The whole of it: PROCMAN_CONFIG__… is a layer of the configuration.
    env: definedOnly(env),
  });
  if (result.ok) {
    for (const notice of result.project.notices) context.say(notice);
    return { loaded: result.project, callerEnv };
  }
  const [first, ...more] = result.problems;
  if (first === undefined) throw new Error("a configuration failed without a problem");
  if (more.length === 0) throw new ProcmanError(first);
  const lines = result.problems.map(({ message, hint }) =>
    hint === null ? message : `${message}\n    ${hint}`,
  );
  throw new ProcmanError(
    problem(
      first.code,
      `Cannot use the configuration: ${result.problems.length} problems`,
      lines.join("\n  "),
      { problems: result.problems },
    ),
  );
}

/** The environment without what is not set. */
export function definedOnly(env: CommandContext["env"]): Record<string, string> {
  const defined = Object.entries(env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
