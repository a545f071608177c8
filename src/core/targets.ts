/** Targets, as commands take them: `api`, `api.2`, `@group`, `web-*`, `all`, a pid, `project/api`. */

import { problem, type Problem } from "../model/errors.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { ProjectSpec } from "../model/spec.ts";
import type { Instance, Project, World } from "../model/state.ts";
import { isGlob, matchesGlob } from "../model/glob.ts";
import { nearest } from "../model/nearest.ts";
import { own } from "../model/own.ts";

export type TargetResult =
  | { readonly ok: true; readonly instances: readonly Instance[] }
  | { readonly ok: false; readonly problem: Problem };

/** The instances that `targets` name, each once, in the order of the definitions. `home` is the project of the
 *  working directory, null outside of one. */
export function resolveTargets(
  world: World,
  home: ProjectName | null,
  targets: readonly string[],
): TargetResult {
  const found = new Set<Instance>();
  for (const target of targets) {
    const matched = resolveTarget(world, home, target);
    if (!matched.ok) return matched;
    for (const instance of matched.instances) found.add(instance);
  }
  return { ok: true, instances: [...found] };
}

/** Every instance of a project, in the order of its definition; those on their way out come last. */
export function instancesOfProject(world: World, project: Project): Instance[] {
  const names = new Set([...Object.keys(project.spec.processes), ...Object.keys(project.retired)]);
  return [...names].flatMap((name) => instancesOfProcess(world, project.spec.name, name));
}

/** In the order of their numbers. */
export function instancesOfProcess(
  world: World,
  project: ProjectName,
  process: string,
): Instance[] {
  const ids = [...(world.byProcess.get(`${project}/${process}`) ?? [])];
  return ids
    .flatMap((id) => world.instances.get(id) ?? [])
    .toSorted((one, other) => one.index - other.index);
}

/** The processes of a definition that `targets` name, whether or not they have instances yet. */
export function processesNamed(spec: ProjectSpec, targets: readonly string[]): ProcessName[] {
  const names = targets.map((target) => target.slice(target.indexOf("/") + 1));
  return Object.values(spec.processes)
    .filter(({ name: process, instances }) =>
      names.some((name) =>
        Array.from({ length: instances }, (_, nth) => ({ process, index: nth + 1 })).some((it) =>
          namesInstance({ spec }, it, name),
        ),
      ),
    )
    .map(({ name }) => name);
}

function resolveTarget(world: World, home: ProjectName | null, target: string): TargetResult {
  const slash = target.indexOf("/");
  const name = slash < 0 ? home : target.slice(0, slash);
  const rest = slash < 0 ? target : target.slice(slash + 1);
  if (/^\d+$/.test(target)) return byPid(world, Number(target));
  // No project is called like that: a path is meant.
  if (name !== null && /^(?:\.{0,2}|~)$/.test(name)) return no(problemOfPath(target));
  if (name === null) {
    const hint = "Run it in the project's directory, or name the project: PROJECT/PROCESS or -p.";
    return no(problem("NO_PROJECT", `Cannot find ${quote(target)}: this is no project`, hint));
  }
  const project = world.projects.get(name);
  if (project === undefined) {
    const hint = "'procman ls --all' shows every project.";
    return no(problem("PROJECT_NOT_FOUND", `Cannot find project ${quote(name)}`, hint));
  }
  const instances = instancesOfProject(world, project);
  const matched = instances.filter((instance) => namesInstance(project, instance, rest));
  if (matched.length > 0 || rest === "all") return { ok: true, instances: matched };
  return no(notFound(project, instances, rest));
}

/** Whether a target sweeps up what there is (`all`, a group, a glob) rather than naming what is meant. */
export function isSweeping(target: string): boolean {
  const name = target.slice(target.indexOf("/") + 1);
  return name === "all" || name.startsWith("@") || isGlob(name);
}

/** Whether a target without a project names that instance, which need not be there. */
export function namesInstance(
  project: Pick<Project, "spec">,
  instance: Pick<Instance, "process" | "index">,
  target: string,
): boolean {
  const { process, index } = instance;
  if (target === "all" || target === process || target === `${process}.${index}`) return true;
  if (target.startsWith("@")) return groupMembers(project, target.slice(1)).includes(process);
  if (!isGlob(target)) return false;
  return matchesGlob(target, process) || matchesGlob(target, `${process}.${index}`);
}

/** Members named by the group, and processes that name the group. */
function groupMembers(project: Pick<Project, "spec">, group: string): readonly string[] {
  const named = own(project.spec.groups, group)?.members ?? [];
  const naming = Object.values(project.spec.processes).filter(({ groups }) =>
    groups.includes(group),
  );
  return [...named, ...naming.map(({ name }) => name)];
}

function byPid(world: World, pid: number): TargetResult {
  for (const instance of world.instances.values()) {
    if ("run" in instance.state && "pid" in instance.state.run) {
      if (instance.state.run.pid === pid) return { ok: true, instances: [instance] };
    }
  }
  const hint = "'procman ls --all' shows the pids of all processes.";
  return no(problem("PROCESS_NOT_FOUND", `Cannot find a process with pid ${pid}`, hint));
}

/** What other tools are told to start. */
const PROGRAM = /\.(?:[cm]?[jt]sx?|py|rb|php|sh|pl|jar)$/;

/** So is pm2, with its ecosystem file. */
const CONFIGURATION = /(?:\.config\.[cm]?[jt]s|\.ya?ml|\.toml|\.jsonc?)$/;

function problemOfPath(target: string): Problem {
  const hint = CONFIGURATION.test(target)
    ? `'procman up -f ${target}' starts what it describes; 'procman init --from ${target}' is for another tool's.`
    : PROGRAM.test(target)
      ? `'procman run -- ${target}' runs what is not configured, with its interpreter before it if need be.`
      : "'procman ls' shows the processes; -f FILE takes another configuration.";
  const message = `Cannot find process ${quote(target)}: a process is named, not its file`;
  return problem("PROCESS_NOT_FOUND", message, hint, { target, similar: null });
}

function notFound(project: Project, instances: readonly Instance[], target: string): Problem {
  const isGroup = target.startsWith("@");
  const known = isGroup
    ? groupNames(project).map((group) => `@${group}`)
    : [...new Set(instances.map(({ process }) => process))];
  const similar = nearest(target, known);
  const isFile = PROGRAM.test(target) || CONFIGURATION.test(target);
  if (similar === null && isFile) return problemOfPath(target);
  const what = isGroup ? "group" : "process";
  const hint =
    similar !== null
      ? `Did you mean ${quote(similar)}?`
      : known.length > 0
        ? `There is ${known.slice(0, 10).join(", ")}${known.length > 10 ? " …" : ""}.`
        : isGroup
          ? "The project has no groups."
          : "'procman up' starts the project's processes.";
  const message = `Cannot find ${what} ${quote(target)} in project ${quote(project.spec.name)}`;
  return problem("PROCESS_NOT_FOUND", message, hint, { target, similar });
}

function groupNames(project: Project): string[] {
  const naming = Object.values(project.spec.processes).flatMap(({ groups }) => groups);
  return [...new Set([...Object.keys(project.spec.groups), ...naming])];
}

function quote(text: string): string {
  return `'${text}'`;
}

function no(of: Problem): TargetResult {
  return { ok: false, problem: of };
}
