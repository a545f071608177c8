/** What `run`, `up` and `apply` of the library are told, made into what the daemon takes: configurations are read here,
 *  by whoever asks, as the command line does it. Loaded when one of them is called. */

import { resolve } from "node:path";
import { adHocProcess } from "../config/ad-hoc.ts";
import { loadedOrThrow, requireProcesses } from "../config/loaded.ts";
import { loadProject, type LoadedProject } from "../config/load.ts";
import { findConfigFiles } from "../config/search.ts";
import { fail } from "../model/errors.ts";
import { processNameAfter, processNameProblem } from "../model/ids.ts";
import type { KnownProject } from "../model/known-project.ts";
import type { RestartPolicy } from "../model/spec.ts";
import type { ApplyInput, RunInput } from "../protocol/definition-inputs.ts";

/** An ad-hoc process. */
export interface RunRequest {
  /** The program and its arguments; no shell sees them. */
  readonly command: readonly string[];
  /** Left out: after the command. */
  readonly name?: string;
  /** Relative to the directory of the connection. */
  readonly cwd?: string;
  /** Added to the environment of the connection. */
  readonly env?: Readonly<Record<string, string>>;
  /** `no` unless given. */
  readonly restart?: RestartPolicy;
}

/** Which configuration is read. */
export interface DefinitionRequest {
  /** As `-f`; left out: searched for from the directory of the connection upwards. */
  readonly files?: readonly string[];
  /** As `--profile`. Left out: none for `up`; for `apply` those that the project is known with. */
  readonly profiles?: readonly string[];
  /** Left out or null: all that start by themselves for `up`, all for `apply`. */
  readonly targets?: readonly string[] | null;
  readonly withDependencies?: boolean;
  /** Take the environment of the connection, not that of an earlier caller. */
  readonly updateEnv?: boolean;
}

export interface UpRequest extends DefinitionRequest {
  /** When it is answered; `spawned` unless given. */
  readonly until?: "asked" | "spawned" | "ready";
  readonly timeoutMs?: number | null;
}

export interface ApplyRequest extends DefinitionRequest {
  /** Stop and forget what the configuration no longer has. */
  readonly prune?: boolean;
  readonly dryRun?: boolean;
}

/** Where the request comes from. */
export interface Origin {
  /** Absolute. */
  readonly directory: string;
  readonly project: string | null;
  /** Whole: a part of it configures. */
  readonly env: Readonly<Record<string, string>>;
  /** What the daemon knows of the projects there. */
  readonly known: (directory: string) => Promise<readonly KnownProject[]>;
}

/** In the directory of a configuration it belongs to that project, also when nothing of it was started yet. */
export async function runInput(
  request: RunRequest,
  origin: Origin,
): Promise<Pick<RunInput, "process" | "isNamed" | "definition" | "nameIsExplicit" | "reserved">> {
  const { command, name, cwd = ".", env = {}, restart = "no" } = request;
  const [program] = command;
  if (program === undefined) fail("INVALID_PARAMETER", "Cannot run nothing: 'command' is empty");
  const wrong = name === undefined ? null : processNameProblem(name);
  if (wrong !== null) fail("INVALID_PARAMETER", `Cannot use the name '${name}': ${wrong}`);
  const process = adHocProcess({
    name: name ?? processNameAfter(program),
    command,
    cwd: resolve(origin.directory, cwd),
    env,
    restart,
  });
  const isInProject = origin.project === null && findConfigFiles(origin.directory, []).ok;
  const loaded = isInProject ? await load({}, origin, null) : null;
  return {
    process,
    isNamed: name !== undefined,
    definition: loaded === null ? null : { ...loaded.spec, groups: {}, processes: {} },
    nameIsExplicit: loaded?.nameIsExplicit ?? false,
    reserved: Object.keys(loaded?.spec.processes ?? {}),
  };
}

/** Throws CONFIG_NOT_FOUND and CONFIG_INVALID. `profiles` null: those that the project is known with. */
export async function definitionInput(
  request: DefinitionRequest,
  origin: Origin,
  usual: { readonly profiles: readonly string[] | null; readonly selects: boolean },
): Promise<Omit<ApplyInput, "callerEnv" | "prune" | "dryRun">> {
  const { withDependencies = true, updateEnv = false } = request;
  const loaded = await load(request, origin, usual.profiles);
  const { spec, nameIsExplicit, profiles, updates, selection } = loaded;
  requireProcesses(spec);
  const targets = request.targets ?? (usual.selects ? selection : null);
  return { spec, nameIsExplicit, profiles, updates, targets, withDependencies, updateEnv };
}

async function load(
  { files = [], profiles, updateEnv = false }: DefinitionRequest,
  { directory, project, env, known }: Origin,
  usualProfiles: readonly string[] | null,
): Promise<LoadedProject> {
  const named = files.map((file) => resolve(directory, file));
  const found = findConfigFiles(directory, named);
  const result = await loadProject({
    directory,
    files: named,
    project,
    profiles: profiles ?? usualProfiles,
    env,
    known: await known(found.ok ? found.files.directory : directory),
    updateEnv,
  });
  return loadedOrThrow(result);
}
