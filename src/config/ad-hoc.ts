/** The definition of a process that no configuration has: every default, and what its caller said. */

import { escapeTemplate } from "../model/template.ts";
import type { ProcessSpec, RestartPolicy } from "../model/spec.ts";
import { processSpec } from "./resolve/process.ts";
import { processKeys } from "./schema/process.ts";

export interface AdHocProcess {
  readonly name: string;
  /** A line is for the shell. */
  readonly command: readonly string[] | string;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly restart: RestartPolicy;
}

/** What is given is taken as it is: a shell has expanded it already. */
export function adHocProcess({ name, cwd, env, restart, ...given }: AdHocProcess): ProcessSpec {
  const command =
    typeof given.command === "string"
      ? escapeTemplate(given.command)
      : given.command.map(escapeTemplate);
  const values = processKeys.parse({ command, restart: { policy: restart } });
  const variables = Object.entries(env).map(([key, value]) => [key, escapeTemplate(value)]);
  return {
    ...processSpec(name, { ...values, command }, new Map(), cwd),
    env: Object.fromEntries(variables) as Record<string, string>,
    autostart: false,
    adHoc: true,
  };
}
