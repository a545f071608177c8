/** What the daemon is told of a command that is to be run as a process; for `run` and for agents. */

import { callerEnvironment } from "../client/caller-environment.ts";
import { fail } from "../model/errors.ts";
import { processNameAfter, processNameProblem } from "../model/ids.ts";
import type { RestartPolicy } from "../model/spec.ts";
import type { RunInput } from "../protocol/definition-inputs.ts";
import type { CommandContext } from "./command.ts";
import { loadDefinition } from "./project-definition.ts";

export interface AdHocCommand {
  /** A line is for the shell. */
  readonly command: readonly string[] | string;
  /** Its first word, which it is named after when it has no name. */
  readonly program: string;
  readonly name: string | null;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly restart: RestartPolicy;
}

export async function adHocInput(
  context: CommandContext,
  { command, program, name, cwd, env, restart }: AdHocCommand,
): Promise<Omit<RunInput, "holder">> {
  const { place } = context;
  const wrong = name === null ? null : processNameProblem(name);
  if (wrong !== null) fail("USAGE", `Cannot use the name '${name}': ${wrong}`);
  const { adHocProcess } = await import("../config/ad-hoc.ts");
  const process = adHocProcess({
    name: name ?? processNameAfter(program),
    command,
    cwd,
    env,
    restart,
  });
  const loaded = place.exact ? (await loadDefinition(context)).loaded : null;
  return {
    ...place,
    definition: loaded === null ? null : { ...loaded.spec, groups: {}, processes: {} },
    nameIsExplicit: loaded?.nameIsExplicit ?? false,
    process,
    isNamed: name !== null,
    reserved: Object.keys(loaded?.spec.processes ?? {}),
    callerEnv: callerEnvironment(context.env),
  };
}
