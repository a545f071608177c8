/** The definition of a process that no configuration has: every default, and what its caller said. */

import type { Problem } from "../model/errors.ts";
import { escapeTemplate } from "../model/template.ts";
import type { ProcessSpec, RestartPolicy } from "../model/spec.ts";
import { grow } from "./grow.ts";
import { Report } from "./report.ts";
import { resolveProject } from "./resolve/project.ts";
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

export interface KeysOfProcess {
  readonly name: string;
  /** Absolute; `cwd` is relative to it. */
  readonly directory: string;
  /** What `${VAR}` is expanded from beside the process's own `env`. */
  readonly callerEnv: Readonly<Record<string, string>>;
  /** As a configuration has them. */
  readonly keys: Readonly<Record<string, unknown>>;
}

export type AdHocResult =
  | { readonly ok: true; readonly process: ProcessSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The same from keys as a configuration has them, checked like one: all that is wrong is told at once. */
export function adHocFromKeys(given: KeysOfProcess): AdHocResult {
  const { name, directory, callerEnv, keys } = given;
  const report = new Report();
  const source = { layer: "flag", label: "request", file: null, lineOf: () => null } as const;
  const once = { restart: "no", ...keys };
  const tree = grow({ processes: { [name]: once } }, source, report);
  if (tree === null) return { ok: false, problems: report.problems };
  const callerEnvOf = (): Readonly<Record<string, string>> => callerEnv;
  const request = { tree, files: [], directory, name: null, profiles: [], callerEnv };
  const { spec } = resolveProject({ ...request, callerEnvOf }, report);
  const process = spec.processes[name];
  for (const [key, text] of Object.entries(CONTRADICTIONS)) {
    if (keys[key] === true) report.invalid({ source, path: ["processes", name, key] }, text);
  }
  if (report.problems.length > 0 || process === undefined) {
    const around = `processes.${name}.`;
    return { ok: false, problems: report.problems.map((it) => without(around, it)) };
  }
  return { ok: true, process: { ...process, autostart: false, adHoc: true } };
}

/** Keys that are for what a configuration has, and would do nothing. */
const CONTRADICTIONS: Readonly<Record<string, string>> = {
  disabled: "cannot be true for what is to be started now",
  autostart: "cannot be true: what no configuration has is started by nobody but who asks for it",
};

/** Nobody has written what is around its keys. */
function without(around: string, { details, ...of }: Problem): Problem {
  const { path } = details;
  const message = of.message.replace(around, "");
  if (typeof path !== "string") return { ...of, message, details };
  return { ...of, message, details: { ...details, path: path.replace(around, "") } };
}
