/** Which files make up a project's configuration: searched for, or named by `-f`, with the local and the user's own beside. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Problem, problem } from "../model/errors.ts";

export interface ConfigFiles {
  /** Absolute paths, in merge order; at least one. */
  readonly project: readonly string[];
  /** `procman.local.*` beside the first of them. */
  readonly local: string | null;
  /** The directory that the project lives in. */
  readonly directory: string;
}

export type SearchResult =
  | { readonly ok: true; readonly files: ConfigFiles }
  | { readonly ok: false; readonly problem: Problem };

const PROGRAM_AND_DATA = ["ts", "js", "json", "jsonc", "yaml", "yml", "toml"];

const PROJECT_NAMES = [
  ...PROGRAM_AND_DATA.map((extension) => `procman.config.${extension}`),
  ...["yaml", "yml", "toml", "json"].map((extension) => `procman.${extension}`),
];
const LOCAL_NAMES = PROGRAM_AND_DATA.map((extension) => `procman.local.${extension}`);
const USER_NAMES = PROGRAM_AND_DATA.map((extension) => `config.${extension}`);

/** The files of the project around `directory`; those in `named` replace the search. */
export function findConfigFiles(directory: string, named: readonly string[]): SearchResult {
  const found = named.length > 0 ? asNamed(directory, named) : searchUpwards(directory);
  return found.ok ? withLocal(found.files) : found;
}

/** What a new configuration is called, unless it is told. */
export const NEW_CONFIG_NAME = "procman.config.yaml";

/** The names of the configurations in the directory; more than one of them is an error. */
export function configNamesIn(directory: string): readonly string[] {
  const files = PROJECT_NAMES.filter((name) => existsSync(join(directory, name)));
  return hasProcmanKey(directory) ? [...files, "package.json"] : files;
}

/** The files, and the local one beside the first. */
export function withLocal(files: readonly string[]): SearchResult {
  const directory = dirname(files[0]!);
  const local = onlyOne(directory, LOCAL_NAMES);
  return local.ok ? { ok: true, files: { project: files, local: local.file, directory } } : local;
}

/** The user's own configuration for all projects. */
export function findUserConfig(env: Readonly<Record<string, string>>) {
  const base = env["XDG_CONFIG_HOME"] || (env["HOME"] ? join(env["HOME"], ".config") : null);
  return base === null
    ? ({ ok: true, file: null } as const)
    : onlyOne(join(base, "procman"), USER_NAMES);
}

type Found =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

function asNamed(directory: string, named: readonly string[]): Found {
  const files = named.map((file) => resolve(directory, file));
  const missing = named.find((_, at) => !existsSync(files[at]!));
  if (missing === undefined) return { ok: true, files };
  return {
    ok: false,
    problem: problem("CONFIG_NOT_FOUND", `Cannot read "${missing}": there is no such file`),
  };
}

function searchUpwards(start: string): Found {
  for (let directory = start; ; directory = dirname(directory)) {
    const found = oneOf(directory, configNamesIn(directory));
    if (!found.ok) return found;
    if (found.file !== null) return { ok: true, files: [found.file] };
    if (dirname(directory) === directory) break;
  }
  return {
    ok: false,
    problem: problem(
      "CONFIG_NOT_FOUND",
      `Cannot find a procman configuration in ${start} or above it`,
      "'procman init' writes one, and -f FILE names one elsewhere.",
    ),
  };
}

type One =
  | { readonly ok: true; readonly file: string | null }
  | { readonly ok: false; readonly problem: Problem };

function onlyOne(directory: string, names: readonly string[]): One {
  return oneOf(
    directory,
    names.filter((name) => existsSync(join(directory, name))),
  );
}

function oneOf(directory: string, there: readonly string[]): One {
  if (there.length <= 1) return { ok: true, file: there[0] ? join(directory, there[0]) : null };
  return {
    ok: false,
    problem: problem(
      "CONFIG_INVALID",
      `Cannot choose a configuration in ${directory}: ${there.join(" and ")} are ${there.length === 2 ? "both" : "all"} there`,
      "Remove one of them, or name the one you mean with `-f`.",
      { directory, files: there },
    ),
  };
}

/** A package.json that cannot be read is no business of ours, unless our key can be seen in it: then we say so. */
function hasProcmanKey(directory: string): boolean {
  let text = "";
  try {
    text = readFileSync(join(directory, "package.json"), "utf8");
    if (!text.includes('"procman"')) return false;
    const data: unknown = JSON.parse(text);
    return data !== null && typeof data === "object" && Object.hasOwn(data, "procman");
  } catch {
    return /"procman"\s*:\s*\{/.test(text);
  }
}
