/** What a program says of a process that it wants managed, checked, and made into what is executed. */

import { resolve } from "node:path";
import { fail } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Launch } from "../model/spec.ts";

export interface ProcessConfig {
  /** Must be of no other that runs. Left out: one is made. */
  readonly id?: string;
  /** A program, by its path or to be found on the PATH. No shell ever sees it or its arguments. */
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the environment of this program; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Left out: that of this program. */
  readonly workingDir?: string;
  /** Start it again when it ends otherwise than with exit code 0. Left out: no. */
  readonly autoRestart?: boolean;
}

/** What is executed, but for the environment: that of this program is taken with each run. */
export type CheckedConfig = Omit<Launch, "env"> & Pick<Required<ProcessConfig>, "env">;

const KEYS: readonly string[] = ["id", "command", "args", "env", "workingDir", "autoRestart"];

/** Throws INVALID_PARAMETER, also for a key that there is not. */
export function checkedConfig(config: ProcessConfig): CheckedConfig {
  const unknown = Object.keys(config).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const meant = nearest(unknown, KEYS);
    invalid(`there is no '${unknown}'${meant === null ? "" : `; did you mean '${meant}'?`}`);
  }
  const { command, args = [], env = {}, workingDir = "." } = config;
  requireText("command", command);
  if (command === "") invalid("'command' is empty");
  if (!Array.isArray(args)) invalid("'args' is no list");
  for (const [at, word] of args.entries()) requireText(`args[${at}]`, word);
  requireText("workingDir", workingDir);
  if (typeof env !== "object" || env === null) invalid("'env' is no object");
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || /[=\0]/.test(name)) invalid(`'env' has the name ${JSON.stringify(name)}`);
    if (value !== undefined) requireText(`env.${name}`, value);
  }
  return {
    argv: [command, ...args],
    cwd: resolve(workingDir),
    env,
    user: null,
    group: null,
    umask: null,
    port: null,
    input: "none",
  };
}

export function requireId(id: unknown): void {
  requireText("id", id);
  if (id === "") invalid("'id' is empty");
}

function requireText(what: string, value: unknown): void {
  if (typeof value !== "string") invalid(`'${what}' is no text`);
  if (value.includes("\0")) invalid(`'${what}' holds a null byte`);
}

export function invalid(why: string): never {
  return fail("INVALID_PARAMETER", `Cannot use what was given: ${why}`);
}

/** What would let a process speak in the name of this program, where procman runs that. */
const OF_THIS_RUN = /^(?:PROCMAN_SOCKET|NODE_CHANNEL_\w+|BUN_FEATURE_FLAG_NO_ORPHANS)$/;

/** This program's as it is now, with what is added to it. */
export function environmentFor(
  added: NonNullable<ProcessConfig["env"]>,
  runId: string,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...added })) {
    if (value !== undefined && !OF_THIS_RUN.test(name)) env[name] = value;
  }
  return { ...env, PROCMAN_RUN_ID: runId };
}
