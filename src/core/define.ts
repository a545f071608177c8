/** Definitions: a project's processes and their instances come, change and go. */

import type { DefinitionChanges } from "../model/definition-changes.ts";
import { instanceId, type ProcessName, type ProjectName } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, Project } from "../model/state.ts";
import { ask } from "./ask.ts";
import { definitionChanges, isSameValue } from "./definition-changes.ts";
import { move } from "./moves.ts";
import type { Turn } from "./turn.ts";
import { own } from "../model/own.ts";

export function define(turn: Turn, input: InputOf<"project-defined">): void {
  const name = input.spec.name;
  const before = turn.project(name);
  const changes = definitionChanges(before?.spec, input.spec);
  const removed = pick(before?.spec.processes ?? {}, changes.removed);
  const processes = { ...input.spec.processes, ...(input.prune ? {} : removed) };
  const names = Object.keys(processes);
  const stored = input.updateEnv ? {} : (before?.callerEnv ?? {});
  const project: Project = {
    spec: { ...input.spec, processes },
    retired: { ...omit(before?.retired ?? {}, names), ...(input.prune ? removed : {}) },
    callerEnv: {
      ...before?.callerEnv,
      ...Object.fromEntries(
        names.map((process) => [process, own(stored, process) ?? input.callerEnv]),
      ),
    },
    scale: pick(before?.scale ?? {}, names),
  };
  turn.putProject(project);
  if (before !== undefined) tellChanges(turn, name, changes, input.prune);
  if (input.prune) retireInstances(turn, name, changes.removed, null);
  for (const spec of Object.values(processes)) adjustCount(turn, project, spec);
  if (before !== undefined) renew(turn, input, before, changes);
}

export function retireProcesses(turn: Turn, input: InputOf<"processes-retired">): void {
  const project = turn.project(input.project);
  if (project === undefined) return;
  const leaving = input.processes.filter((name) => Object.hasOwn(project.spec.processes, name));
  turn.putProject({
    ...project,
    spec: { ...project.spec, processes: omit(project.spec.processes, leaving) },
    retired: { ...project.retired, ...pick(project.spec.processes, leaving) },
    scale: omit(project.scale, leaving),
  });
  retireInstances(turn, input.project, input.processes, input.timeoutMs);
  forgetRetired(turn, input.project);
}

/** Drops what is retired and has no instance left, and the project with its last process. */
export function forgetRetired(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  if (project === undefined) return;
  const retired = Object.keys(project.retired);
  if (retired.some((process) => turn.hasInstances(name, process))) return;
  if (Object.keys(project.spec.processes).length === 0) turn.removeProject(name);
  else if (retired.length > 0) {
    turn.putProject({
      ...project,
      retired: {},
      callerEnv: omit(project.callerEnv, retired),
    });
  }
}

export function scale(turn: Turn, input: InputOf<"scale-asked">): void {
  const project = turn.project(input.project);
  const spec = project && own(project.spec.processes, input.process);
  if (project === undefined || spec === undefined) return;
  const before = wantedInstances(project, spec);
  if (before === input.instances) return;
  const scaled = { ...project, scale: { ...project.scale, [spec.name]: input.instances } };
  turn.putProject(scaled);
  turn.tell({
    type: "scale.changed",
    project: input.project,
    process: input.process,
    instance: null,
    instanceId: null,
    runId: null,
    data: { from: before, to: input.instances },
  });
  adjustCount(turn, scaled, spec);
}

export function wantedInstances(project: Project, spec: ProcessSpec): number {
  return own(project.scale, spec.name) ?? spec.instances;
}

/** Makes the instances that are wanted and not there, and removes those beyond; new ones follow their siblings. */
function adjustCount(turn: Turn, project: Project, spec: ProcessSpec): void {
  const name = project.spec.name;
  const wanted = wantedInstances(project, spec);
  const present = turn.instancesOf(name, spec.name);
  const isUp = present.some(({ desired }) => desired === "up");
  for (const instance of present) {
    if (instance.index > wanted) {
      ask(turn, instance.id, { kind: "remove-asked", timeoutMs: null });
    } else if (instance.desired === "gone") {
      turn.putInstance({ ...instance, desired: "down" });
    }
  }
  const there = new Set(present.map(({ index }) => index));
  for (let index = 1; index <= wanted; index += 1) {
    if (there.has(index)) continue;
    const instance = newInstance(turn, name, spec.name, index);
    turn.putInstance(instance);
    turn.tellOf(instance, "process.added", null);
    if (isUp) ask(turn, instance.id, { kind: "start-asked", gated: true, lease: null });
  }
}

function newInstance(
  turn: Turn,
  project: ProjectName,
  process: ProcessName,
  index: number,
): Instance {
  return {
    id: instanceId(project, process, index),
    project,
    process,
    index,
    desired: "down",
    state: { kind: "stopped", reason: "not started yet" },
    sinceMs: turn.now.wallMs,
    generation: 0,
    restarts: 0,
    restartTimesMonoMs: [],
    backoffStep: 0,
    lastExit: null,
    lastRun: null,
    lease: null,
  };
}

/** What runs by an old definition is restarted; what completed by one may run again. */
function renew(
  turn: Turn,
  input: InputOf<"project-defined">,
  before: Project,
  changes: DefinitionChanges,
): void {
  const felt = new Set(
    changes.changed.filter(({ restarts }) => restarts).map(({ process }) => process),
  );
  for (const [process, env] of Object.entries(before.callerEnv)) {
    if (input.updateEnv && !isSameValue(env, input.callerEnv)) felt.add(process);
  }
  for (const process of felt) {
    for (const instance of turn.instancesOf(input.spec.name, process)) {
      if (instance.state.kind === "completed") {
        move(turn, instance, { kind: "stopped", reason: "its definition changed" });
        turn.tellOf(instance, "process.stopped", null, { reason: "its definition changed" });
      } else if (instance.desired === "up" && "run" in instance.state) {
        ask(turn, instance.id, { kind: "restart-asked" });
      }
    }
  }
}

function retireInstances(
  turn: Turn,
  project: ProjectName,
  processes: readonly ProcessName[],
  timeoutMs: number | null,
): void {
  for (const process of processes) {
    for (const { id } of turn.instancesOf(project, process)) {
      ask(turn, id, { kind: "remove-asked", timeoutMs });
    }
  }
}

function tellChanges(
  turn: Turn,
  project: ProjectName,
  { added, removed, changed }: DefinitionChanges,
  prune: boolean,
): void {
  const gone = prune ? removed : [];
  if (added.length + gone.length + changed.length === 0) return;
  turn.tell({
    type: "config.changed",
    project,
    process: null,
    instance: null,
    instanceId: null,
    runId: null,
    data: { added, removed: gone, changed },
  });
}

function pick<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  const wanted = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => wanted.has(key)));
}

function omit<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  const unwanted = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => !unwanted.has(key)));
}
