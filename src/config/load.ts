/** Finds, reads, merges, checks and resolves a project's configuration. Nothing else of `config/` is needed from outside. */

import { type Problem, problem } from "../model/errors.ts";
import type { KnownProject } from "../model/known-project.ts";
import type { ProjectSpec } from "../model/spec.ts";
import { findForeign } from "./importers/import.ts";
import { callerEnvs, firstEnv, knownAs, knownBefore, knownFrom } from "./known.ts";
import { readLayers } from "./layers.ts";
import { merge } from "./merge.ts";
import { Report } from "./report.ts";
import { projectName, resolveProject, type ResolvedProject } from "./resolve/project.ts";
import { runtimeLayers } from "./runtime-layer.ts";
import { findConfigFiles, findUserConfig, withLocal } from "./search.ts";
import type { Node } from "./tree.ts";

export interface LoadOptions {
  /** Absolute path of the working directory. */
  readonly directory: string;
  /** `-f`, in order; they replace the search. */
  readonly files: readonly string[];
  /** `-p`. */
  readonly project: string | null;
  /** `--profile`, in order; null takes those that the project is known with. */
  readonly profiles: readonly string[] | null;
  /** The caller's whole environment: `PROCMAN_CONFIG__…` in it is a layer of the configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** What a daemon knows of the projects in that directory; it decides on the last layer. */
  readonly known?: readonly KnownProject[];
  /** `--update-env`: captured environments of callers do not count. */
  readonly updateEnv?: boolean;
}

export type LoadResult =
  | { readonly ok: true; readonly project: LoadedProject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface LoadedProject {
  readonly spec: ProjectSpec;
  /** The targets that the profiles select; null: every process with `autostart`. */
  readonly selection: readonly string[] | null;
  /** What the user should be told, on stderr. */
  readonly notices: readonly string[];
  /** Named by `-p` or `name` rather than after the directory. */
  readonly nameIsExplicit: boolean;
  /** The `x-…` keys at the top of the configuration. */
  readonly userKeys: Readonly<Record<string, unknown>>;
  /** What the project itself gives to every process. */
  readonly environment: ResolvedProject["environment"];
  /** The merged configuration before it was resolved; every value knows where it was written. */
  readonly tree: Node;
  /** Those that it was read with: given, else those that the project is known with. */
  readonly profiles: readonly string[];
  /** The runtime updates in it. */
  readonly updates: KnownProject["updates"];
}

export async function loadProject(options: LoadOptions): Promise<LoadResult> {
  const found = findFiles(options);
  if (!found.ok) return { ok: false, problems: [found.problem] };
  const user = findUserConfig(options.env);
  if (!user.ok) return { ok: false, problems: [user.problem] };
  const { files } = found;

  const report = new Report();
  const here = knownFrom(options.known ?? [], files.directory, files.project);
  const probable = knownBefore(here, options.project);
  const profiles = options.profiles ?? probable?.profiles ?? [];
  const first = options.updateEnv === true ? null : firstEnv(probable);
  const request = {
    ...options,
    profiles,
    programEnv: first ?? options.env,
    files,
    userFile: user.file,
    importer: found.importer,
  };
  const layers = await readLayers(request, report);
  if (layers === null) return { ok: false, problems: report.problems };

  const tree = layers.reduce<Node | undefined>((below, layer) => merge(below, layer), undefined);
  if (tree === undefined) return { ok: false, problems: [emptyProblem(files.project[0]!)] };
  const callerEnv = inherited(options.env);
  const written = {
    tree,
    // The local file is not among them: a project stays the same one when its owner adds one.
    files: files.project,
    directory: files.directory,
    name: options.project,
    profiles,
    callerEnv: first ?? callerEnv,
  };
  const known = here.length === 0 ? null : knownAs(here, projectName(written));
  const updates = known?.updates ?? {};
  const updated = runtimeLayers(updates, tree, report).reduce(
    (below, layer) => merge(below, layer) ?? below,
    tree,
  );
  const callerEnvOf = callerEnvs(options.updateEnv === true ? null : known, callerEnv);
  const resolved = resolveProject({ ...written, tree: updated, callerEnvOf }, report);
  const { problems } = report;
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    project: { ...resolved, notices: report.notices, tree: updated, profiles, updates },
  };
}

/** The configuration; where there is none, another tool's file in the working directory. */
function findFiles(options: LoadOptions) {
  const found = findConfigFiles(options.directory, options.files);
  if (found.ok) return { ...found, importer: null };
  const foreign =
    found.problem.code === "CONFIG_NOT_FOUND" && options.files.length === 0
      ? findForeign(options.directory)
      : null;
  return foreign ? { ...withLocal([foreign.file]), importer: foreign.importer } : found;
}

/** What children get of it: variables of procman's own are not passed on, so nothing may refer to them. */
function inherited(env: LoadOptions["env"]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^PROCMAN(?:_|$)/.test(name)));
}

function emptyProblem(file: string): Problem {
  return problem("CONFIG_INVALID", `Cannot read "${file}": there is nothing in it`);
}
