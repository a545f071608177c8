/** From the merged tree to the project's definition. Every part is checked, whatever is wrong with the others. */

import { basename } from "node:path";
import { processNameProblem, slug } from "../../model/ids.ts";
import { fail } from "../../model/errors.ts";
import { limits } from "../../model/limits.ts";
import type { ProcessSpec, ProjectSpec } from "../../model/spec.ts";
import type { TemplateScope } from "../../model/template.ts";
import { validate } from "../issues.ts";
import { meantBy } from "../habits.ts";
import { nearest } from "../nearest.ts";
import { reportProcessNotYet } from "../not-yet.ts";
import { Report } from "../report.ts";
import { processKeys } from "../schema/process.ts";
import {
  processEntry,
  type ProcessEntry,
  projectTop,
  type ProjectValues,
} from "../schema/project.ts";
import { child, dataOf, entriesOf, isMap, type Node, originAt } from "../tree.ts";
import { userKeysOf, withoutUserKeys } from "../user-keys.ts";
import { alertRules } from "./alerts.ts";
import { checkDependencies, withImplied } from "./dependencies.ts";
import { type Draft, Drafts } from "./draft.ts";
import { addEnvMap, type Environment, environmentScope, variableOf } from "./environment.ts";
import { expandAtLoad, type LoadScope } from "./expand.ts";
import { checkFallbacks, withFallbacks } from "./fallbacks.ts";
import { checkGroupLimits, checkProfiles, groupsOf, selectionOf } from "./groups.ts";
import { checkPorts } from "./ports.ts";
import { processSpec } from "./process.ts";
import { checkSchedules } from "./schedule.ts";
import { checkWatches } from "./watch.ts";
import { checkReferences, keptTemplates, portUse } from "./references.ts";
import { own } from "../../model/own.ts";

export interface ResolveRequest {
  readonly tree: Node;
  readonly files: readonly string[];
  readonly directory: string;
  /** `-p`, which goes before the configuration's own `name`. */
  readonly name: string | null;
  readonly profiles: readonly string[];
  readonly callerEnv: Readonly<Record<string, string>>;
  /** The environment that a process has from its caller: another one, when it was started by another. */
  readonly callerEnvOf: (process: string) => Readonly<Record<string, string>>;
}

export interface ResolvedProject {
  readonly spec: ProjectSpec;
  readonly selection: readonly string[] | null;
  readonly nameIsExplicit: boolean;
  readonly userKeys: Readonly<Record<string, unknown>>;
  /** What the project itself and its profiles give to every process, expanded; null takes a variable away. */
  readonly environment: (portOf: TemplateScope["port"]) => Readonly<Record<string, string | null>>;
}

/** What could be made of it; only sound when nothing was reported. */
export function resolveProject(request: ResolveRequest, report: Report): ResolvedProject {
  const { tree, directory, profiles, callerEnvOf } = request;
  const top = withoutUserKeys(tree);
  const scope = topScope(top, request);
  const values = topValues(top, scope, report);
  const name = nameOf(request, values);
  const drafts = new Drafts({ top, directory, profiles, callerEnvOf }, report);
  const bare = [...drafts.all.values()].flatMap((draft) =>
    specOf(draft, drafts, directory, report),
  );
  const kept = new Map(bare.map((spec) => [spec.name, keptTemplates(spec, drafts.of(spec))]));
  const uses = new Map(
    bare.map((spec) => [spec.name, portUse(kept.get(spec.name)!, drafts.of(spec))]),
  );
  const specs = withFallbacks(withImplied(bare, uses));

  checkNames(drafts, request, top, values, report);
  for (const spec of specs) checkReferences(spec, kept.get(spec.name)!, drafts, name, report);
  checkDependencies(specs, drafts.all, report);
  checkFallbacks(specs, drafts.all, report);
  checkSchedules(specs, drafts.all, report);
  checkPorts(specs, drafts.all, report);
  checkWatches(specs, drafts.all, report);
  const names = new Set(drafts.all.keys());
  const groups = groupsOf(values, specs, top, names, report);
  checkGroupLimits(groups, specs, top, report);
  checkProfiles(values, top, names, new Set(Object.keys(groups)), report);
  const alerts = alertRules(values, { top, names, groups, scope, report });
  return {
    spec: {
      name,
      directory,
      files: request.files,
      concurrency: values.concurrency,
      profileNames: Object.keys(values.profiles ?? {}),
      groups,
      processes: Object.fromEntries(specs.map((spec) => [spec.name, withGroups(spec, groups)])),
      // Left out when there are none, so that definitions stored before there were any stay the same.
      ...(alerts.length === 0 ? {} : { alerts }),
    },
    selection: selectionOf(values, profiles, report),
    nameIsExplicit: request.name !== null || values.name !== undefined,
    userKeys: userKeysOf(tree),
    environment: (portOf) => expanded(drafts.shared, request, portOf),
  };
}

function expanded(
  environment: Environment,
  { callerEnv }: Pick<ResolveRequest, "callerEnv">,
  portOf: TemplateScope["port"],
): Record<string, string | null> {
  const scope = environmentScope(environment, variableOf(callerEnv), portOf);
  const values = [...environment].map(([name, { value }]): [string, string | null] => {
    const expansion = value === null ? null : scope.expansion(name);
    if (expansion?.ok === false) {
      fail("CONFIG_INVALID", `Cannot use env.${name}: ${expansion.message}`, expansion.hint);
    }
    return [name, expansion?.value ?? null];
  });
  return Object.fromEntries(values);
}

/** The name under which the project will be known, unless another has it; nothing is reported. */
export function projectName(request: Omit<ResolveRequest, "callerEnvOf">): string {
  const top = withoutUserKeys(request.tree);
  return nameOf(request, topValues(top, topScope(top, request), new Report()));
}

function nameOf(
  { name, directory }: Pick<ResolveRequest, "name" | "directory">,
  values: ProjectValues,
): string {
  return name ?? values.name ?? nameAfter(directory);
}

function nameAfter(directory: string): string {
  const name = slug(basename(directory)) || "project";
  return name === AD_HOC ? `${name}-project` : name;
}

/** The project of processes that belong to none. */
const AD_HOC = "adhoc";

/** The variables that what concerns no process can refer to: the project's, under them the caller's. */
function topScope(top: Node, { callerEnv }: Pick<ResolveRequest, "callerEnv">): LoadScope {
  const environment: Environment = new Map();
  addEnvMap(environment, child(top, "env"), true);
  return environmentScope(environment, variableOf(callerEnv));
}

function topValues(top: Node, scope: LoadScope, report: Report): ProjectValues {
  checkDefaults(top, scope, report);
  const { data, failed } = expandAtLoad(dataOf(withoutProcesses(top)), top, scope, report);
  return validate(projectTop, data, top, report, failed) ?? projectTop.parse({});
}

/**
 * What no process takes over is looked at all the same. Strings that only a process's own environment can expand are
 * left to the processes.
 */
function checkDefaults(top: Node, scope: LoadScope, report: Report): void {
  const defaults = child(top, "defaults");
  if (defaults?.kind !== "map") return;
  const { data, failed } = expandAtLoad(dataOf(defaults), defaults, scope, new Report());
  validate(processKeys, data, defaults, report, failed);
}

/** The processes are checked one by one; here it counts only that there is a map of them. */
function withoutProcesses(top: Node): Node {
  const processes = child(top, "processes");
  if (top.kind !== "map" || processes?.kind !== "map") return top;
  const entries = new Map(top.entries).set("processes", { ...processes, entries: new Map() });
  return { ...top, entries };
}

function specOf(draft: Draft, drafts: Drafts, directory: string, report: Report): ProcessSpec[] {
  const { data, failed } = expandAtLoad(draft.data, draft.node, drafts.loadScope(draft), report);
  reportProcessNotYet(data, draft.node, report);
  const schema = isMap(data) ? processKeys : processEntry;
  const values: ProcessEntry | null = validate(schema, data, draft.node, report, failed);
  if (values === null || typeof values === "string") return [];
  if (values.command === undefined && !isSaid(draft)) {
    report.invalid(originAt(draft.node, []), "`command` is missing");
  }
  const command = values.command ?? NOTHING;
  return [processSpec(draft.name, { ...values, command }, draft.environment, directory)];
}

/** Stands in for a command that is wrong, so that the rest of the process is checked all the same. */
const NOTHING: readonly string[] = [];

/** A command that is there and wrong was reported as that, and so was one under a misspelt key. */
function isSaid(draft: Draft): boolean {
  return entriesOf(draft.node).some(
    ([key]) => nearest(key, ["command"]) !== null || meantBy(key, ["command"]) !== null,
  );
}

const PROJECT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

function checkNames(
  drafts: Drafts,
  request: ResolveRequest,
  top: Node,
  values: ProjectValues,
  report: Report,
) {
  checkAlike(drafts, report);
  for (const { name, node } of drafts.all.values()) {
    const wrong = processNameProblem(name);
    if (wrong === null) continue;
    const better = slug(name);
    const hint =
      better !== "" && processNameProblem(better) === null ? `"${better}" would do.` : null;
    report.invalid(originAt(node, []), `not a process's name: ${wrong}`, hint);
  }
  if (drafts.all.size > limits.processesPerProject) {
    report.invalid(
      originAt(top, ["processes"]),
      `expected at most ${limits.processesPerProject} processes, got ${drafts.all.size}`,
    );
  }
  const name = request.name ?? values.name;
  if (name === undefined || (PROJECT_NAME.test(name) && name !== AD_HOC)) return;
  const text =
    name === AD_HOC
      ? "it is reserved"
      : "a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or a digit";
  if (request.name !== null) report.general("USAGE", `Cannot use project name "${name}": ${text}`);
  else
    report.invalid(
      originAt(top, ["name"]),
      `not a project's name: ${text}`,
      name === AD_HOC || slug(name) === "" ? null : `"${slug(name)}" would do.`,
    );
}

/** Names that a variable, or a file system that takes capitals for small letters, could not tell apart. */
function checkAlike(drafts: Drafts, report: Report): void {
  const takers = new Map<string, string>();
  for (const { name, node } of drafts.all.values()) {
    const variable = `PROCMAN_PORT_${name.toUpperCase().replaceAll("-", "_")}`;
    const taker = takers.get(variable);
    if (taker === undefined) takers.set(variable, name);
    else {
      const text = `too much like "${taker}": both would be ${variable} to others`;
      report.invalid(originAt(node, []), text, "Rename one of them.");
    }
  }
}

function withGroups(spec: ProcessSpec, groups: ProjectSpec["groups"]): ProcessSpec {
  const within = Object.keys(groups).filter((group) =>
    own(groups, group)!.members.includes(spec.name),
  );
  return { ...spec, groups: within };
}
