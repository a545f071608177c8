/** From what a request names to the instances that are meant. */

import { dependents } from "../../core/dependencies.ts";
import { instancesOfProject, resolveTargets } from "../../core/targets.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import { AD_HOC_PROJECT, type ProcessName, type ProjectName } from "../../model/ids.ts";
import { nearest } from "../../model/nearest.ts";
import type { Instance, Project, World } from "../../model/state.ts";
import type { Place, WidenedInput } from "../../protocol/operations.ts";
import type { DaemonContext } from "../context.ts";
import { own } from "../../model/own.ts";

/** The instances that the targets of a request name; no target is an error. */
export function select(
  context: DaemonContext,
  input: Place & { readonly targets: readonly string[] },
): readonly Instance[] {
  if (input.anywhere === true && input.project === null) return selectAnywhere(context, input);
  const project = context.projects.find(input) ?? adHocProject(context, input.targets);
  const needsProject = input.targets.some((it) => !it.includes("/") && !/^\d+$/.test(it));
  if (project === null && needsProject) noProject(input);
  const { world } = context.supervisor;
  const found = resolveTargets(world, project?.spec.name ?? null, input.targets);
  if (!found.ok) throw new ProcmanError(found.problem);
  return found.instances;
}

/** Whoever has no directory names each target as it is called in one project alone; `all` is every one of all. */
function selectAnywhere(
  { supervisor: { world } }: DaemonContext,
  { targets }: { readonly targets: readonly string[] },
): readonly Instance[] {
  const projects = [...world.projects.keys()];
  const found = targets.flatMap((target) => {
    if (target.includes("/") || /^\d+$/.test(target)) {
      const named = resolveTargets(world, null, [target]);
      if (!named.ok) throw new ProcmanError(named.problem);
      return named.instances;
    }
    const matches = projects.flatMap((name) => {
      const there = resolveTargets(world, name, [target]);
      return there.ok ? [{ name, instances: there.instances }] : [];
    });
    if (matches.length > 1 && target !== "all") ambiguous(target, matches);
    if (matches.length === 0 && target !== "all") nowhere(target, projects, world);
    return matches.flatMap(({ instances }) => instances);
  });
  return [...new Set(found)];
}

function ambiguous(target: string, matches: readonly { readonly name: ProjectName }[]): never {
  const names = matches.map(({ name }) => `${name}/${target}`);
  const message = `Cannot tell which '${target}' is meant: ${names.join(", ")}`;
  fail("AMBIGUOUS_TARGET", message, "Name its project.", { target, found: names });
}

function nowhere(target: string, projects: readonly ProjectName[], world: World): never {
  const names = projects.flatMap((project) =>
    Object.keys(world.projects.get(project)?.spec.processes ?? {}),
  );
  const similar = nearest(target, names);
  const hint = similar === null ? null : `Did you mean '${similar}'?`;
  fail("PROCESS_NOT_FOUND", `Cannot find process '${target}' in any project`, hint, {
    target,
    similar,
  });
}

/** Those that are named; where none is, those of the project, or of all. */
export function selectOrAll(
  context: DaemonContext,
  input: Place & { readonly targets: readonly string[]; readonly all: boolean },
): readonly Instance[] {
  if (input.targets.length > 0) return select(context, input);
  const { world } = context.supervisor;
  const here = (): readonly Project[] => [context.projects.find(input) ?? []].flat();
  const projects = input.all ? [...world.projects.values()] : here();
  return projects.flatMap((project) => instancesOfProject(world, project));
}

/** Outside of a project plain names of ad-hoc processes that belong to none will do. */
function adHocProject(context: DaemonContext, targets: readonly string[]): Project | null {
  const project = context.supervisor.world.projects.get(AD_HOC_PROJECT);
  if (project === undefined) return null;
  const names = targets.filter((it) => !it.includes("/") && !/^\d+$/.test(it));
  const isMeant = names.every((it) => own(project.spec.processes, it.replace(/\.\d+$/, "")));
  return isMeant ? project : null;
}

/** The same, with all that depends on them when the request asks so. */
export function selectWidened(context: DaemonContext, input: WidenedInput): readonly Instance[] {
  const selected = select(context, input);
  return input.withDependents ? widen(context, selected, dependentsIn) : selected;
}

/** The same, with all that they depend on. */
export function withDependencies(
  context: DaemonContext,
  selected: readonly Instance[],
): readonly Instance[] {
  return widen(context, selected, dependenciesIn);
}

/** Those that may be started. Only disabled ones are an error. */
export function enabledOf(
  context: DaemonContext,
  selected: readonly Instance[],
): readonly Instance[] {
  const enabled = selected.filter((it) => isEnabled(context, it));
  if (enabled.length > 0 || selected.length === 0) return enabled;
  const names = [...new Set(selected.map(({ process }) => process))].join(", ");
  const what = `Cannot start ${names}: disabled in the configuration`;
  return fail("START_FAILED", what, "Set disabled: false.");
}

export function isEnabled({ supervisor }: DaemonContext, { project, process }: Instance): boolean {
  return definitionOf(supervisor.world.projects.get(project), process)?.disabled !== true;
}

/** The project of a request; one that there is none for is an error. */
export function projectAt(context: DaemonContext, place: Place): Project {
  return context.projects.find(place) ?? noProject(place);
}

/** In the order in which they can stop: what depends on others before these. */
export function dependentsFirst(
  context: DaemonContext,
  instances: readonly Instance[],
): readonly Instance[] {
  const { projects } = context.supervisor.world;
  const seen = new Set<string>();
  const ended: string[] = [];
  const visit = (project: ProjectName, process: ProcessName): void => {
    const key = `${project}/${process}`;
    if (seen.has(key)) return;
    seen.add(key);
    const known = projects.get(project);
    const needing = known === undefined ? [] : (dependents(known).get(process) ?? []);
    for (const dependent of needing) visit(project, dependent);
    ended.push(key);
  };
  for (const { project, process } of instances.toReversed()) visit(project, process);
  const place = new Map(ended.map((key, at) => [key, at]));
  const placeOf = ({ project, process }: Instance) => place.get(`${project}/${process}`) ?? 0;
  return instances.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Where a configuration is, it can be started; elsewhere nothing here can be. */
function noProject({ directory, exact, anywhere }: Place): never {
  if (anywhere === true) {
    fail("NO_PROJECT", "Cannot tell which project is meant: none was named");
  }
  const hint = exact
    ? "'procman up' starts the one that is configured there; 'procman ls --all' shows what runs elsewhere."
    : "Change to a project's directory, or name one with -p ('procman ls --all' shows all). 'procman run -- COMMAND' does without a configuration.";
  return fail("NO_PROJECT", `Cannot find a project that runs in ${directory}`, hint);
}

type Neighbours = (project: Project, process: ProcessName) => readonly ProcessName[];

const dependentsIn: Neighbours = (project, process) => dependents(project).get(process) ?? [];

const dependenciesIn: Neighbours = (project, process) =>
  (own(project.spec.processes, process)?.dependsOn ?? []).map((dependency) => dependency.process);

/** Follows an edge of the graph as far as it goes, within each project. */
function widen(
  context: DaemonContext,
  selected: readonly Instance[],
  neighbours: Neighbours,
): readonly Instance[] {
  const { world } = context.supervisor;
  const found = new Set<Instance>(selected);
  for (const name of new Set(selected.map(({ project }) => project))) {
    const project = world.projects.get(name);
    if (project === undefined) continue;
    const processes = new Set(
      selected.filter((it) => it.project === name).map(({ process }) => process),
    );
    const asked = new Set(processes);
    for (const process of processes) {
      for (const neighbour of neighbours(project, process)) processes.add(neighbour);
    }
    for (const instance of instancesOfProject(world, project)) {
      if (processes.has(instance.process) && !asked.has(instance.process)) found.add(instance);
    }
  }
  return [...found];
}
