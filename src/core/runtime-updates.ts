/** Runtime updates, `set` and `scale`: one process gets another definition, and what made it so is remembered. */

import type { RuntimeUpdates } from "../model/known-project.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import type { GroupSpec, ProcessSpec, ProjectSpec } from "../model/spec.ts";
import type { Project } from "../model/state.ts";
import { confineAnew } from "./confine.ts";
import {
  adjustCount,
  feltIn,
  keepByNewRules,
  omit,
  renew,
  reprobe,
  tellChanges,
} from "./define.ts";
import { definitionChanges, isSameValue } from "./definition-changes.ts";
import type { Turn } from "./turn.ts";
import { own } from "../model/own.ts";

export function setProcess(turn: Turn, input: InputOf<"process-set">): void {
  const { spec, updates, updatesBefore } = input;
  const before = definedProject(turn, input.project, spec.name);
  if (before === null || !isSameValue(updatesOf(before, spec.name), updatesBefore)) return;
  const count = own(before.spec.processes, spec.name)?.instances ?? spec.instances;
  const updated = withProcess(before.spec, spec);
  const changes = definitionChanges(before.spec, updated, turn);
  turn.putProject({
    ...before,
    spec: updated,
    updates: withUpdates(before.updates, spec.name, updates),
  });
  tellChanges(turn, input.project, { ...changes, removed: [] }, false);
  if (count !== spec.instances) tellScale(turn, input.project, spec.name, count, spec.instances);
  keepByNewRules(turn, updated, changes);
  adjustCount(turn, input.project, spec);
  renew(turn, input.project, feltIn(changes));
  confineAnew(turn, input.project);
  reprobe(turn, input.project, changes);
}

export function scale(turn: Turn, input: InputOf<"scale-asked">): void {
  const { process, instances, balance } = input;
  const project = definedProject(turn, input.project, process);
  const before = own(project?.spec.processes ?? {}, process);
  if (project === null || before === undefined) return;
  const updates = { ...updatesOf(project, process), instances: String(instances) };
  const spec = { ...before, instances, ...(balance === undefined ? {} : { balance }) };
  const updated = withProcess(project.spec, spec);
  const changes = definitionChanges(project.spec, updated, turn);
  turn.putProject({
    ...project,
    spec: updated,
    updates: withUpdates(project.updates, process, updates),
  });
  if (before.instances === instances) return;
  tellScale(turn, input.project, process, before.instances, instances);
  adjustCount(turn, input.project, spec);
  // One that had the port to itself until now.
  renew(turn, input.project, feltIn(changes));
}

/** The updates of a process; none when there are none. */
export function updatesOf({ updates }: Project, process: ProcessName): RuntimeUpdates {
  return own(updates, process) ?? {};
}

function definedProject(turn: Turn, name: ProjectName, process: ProcessName): Project | null {
  const project = turn.project(name);
  return project !== undefined && Object.hasOwn(project.spec.processes, process) ? project : null;
}

function withUpdates(
  all: Project["updates"],
  process: ProcessName,
  updates: RuntimeUpdates,
): Project["updates"] {
  const others = omit(all, [process]);
  return Object.keys(updates).length === 0 ? others : { ...others, [process]: updates };
}

/** The process in its place, and in the groups that it says it belongs to. */
function withProcess(project: ProjectSpec, spec: ProcessSpec): ProjectSpec {
  const processes = { ...project.processes, [spec.name]: spec };
  const names = new Set([...Object.keys(project.groups), ...spec.groups]);
  const groups = [...names].map((group): [string, GroupSpec] => {
    const known = own(project.groups, group) ?? { members: [] };
    const isMember = (name: ProcessName): boolean =>
      name === spec.name ? spec.groups.includes(group) : known.members.includes(name);
    return [group, { ...known, members: Object.keys(processes).filter(isMember) }];
  });
  return { ...project, groups: Object.fromEntries(groups), processes };
}

function tellScale(
  turn: Turn,
  project: ProjectName,
  process: ProcessName,
  from: number,
  to: number,
): void {
  turn.tell({
    type: "scale.changed",
    project,
    process,
    instance: null,
    instanceId: null,
    runId: null,
    data: { from, to },
  });
}
