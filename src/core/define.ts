/** Definitions: a project's processes and their instances come, change and go. */

import type { DefinitionChanges } from "../model/definition-changes.ts";
import { instanceId, type ProcessName, type ProjectName } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import type { ProcessSpec, ProjectSpec } from "../model/spec.ts";
import type { Instance, Project } from "../model/state.ts";
import { runsOf } from "../model/runs-of.ts";
import { ask } from "./ask.ts";
import { confineAnew } from "./confine.ts";
import { definitionChanges, isSameValue } from "./definition-changes.ts";
import { move } from "./moves.ts";
import { endUnhealthy, probeAnew } from "./probing.ts";
import type { Turn } from "./turn.ts";
import { rejudgeUse } from "./watch-use.ts";
import { own } from "../model/own.ts";

export function define(turn: Turn, input: InputOf<"project-defined">): void {
  const name = input.spec.name;
  const before = turn.project(name);
  const spec = inForce(before, input);
  const changes = definitionChanges(before?.spec, spec, turn);
  const removed = pick(before?.spec.processes ?? {}, changes.removed);
  // In the order in which they are listed.
  const processes = {
    ...spec.processes,
    ...(input.prune ? {} : removed),
    ...omit(adHocProcesses(before), Object.keys(spec.processes)),
  };
  const names = Object.keys(processes);
  const isRenewed = (process: ProcessName): boolean => {
    if (own(processes, process)?.adHoc === true) return false;
    const wasAdHoc = own(before?.spec.processes ?? {}, process)?.adHoc === true;
    return wasAdHoc || (input.updateEnv && (input.only?.includes(process) ?? true));
  };
  const project: Project = {
    spec: { ...spec, processes },
    retired: { ...omit(before?.retired ?? {}, names), ...(input.prune ? removed : {}) },
    callerEnv: {
      ...before?.callerEnv,
      ...Object.fromEntries(
        names.map((process) => {
          const stored = isRenewed(process) ? undefined : own(before?.callerEnv ?? {}, process);
          return [process, stored ?? input.callerEnv];
        }),
      ),
    },
    profiles: input.profiles,
    leftOver: input.prune ? [] : changes.removed,
    updates: pick(before?.updates ?? {}, names),
    saved: before?.saved ?? null,
    ...((input.watches ?? before?.unwatched !== true) ? {} : { unwatched: true as const }),
  };
  turn.putProject(project);
  if (before !== undefined) {
    tellChanges(turn, name, changes, input.prune);
    if (before.unwatched !== project.unwatched) tellWatching(turn, project);
  }
  if (input.prune) retireInstances(turn, name, changes.removed, null);
  for (const process of Object.values(processes)) adjustCount(turn, name, process);
  if (before === undefined) return;
  keepByNewRules(turn, project.spec, changes);
  const felt = new Set(feltIn(changes));
  for (const [process, env] of Object.entries(before.callerEnv)) {
    if (!isSameValue(env, own(project.callerEnv, process))) felt.add(process);
  }
  renew(turn, name, felt, input.reloads === true ? "reload-asked" : "restart-asked");
  confineAnew(turn, name);
  reprobe(turn, name, changes);
}

/** They are not the configuration's: an edit of it neither changes nor removes them. */
function adHocProcesses(project: Project | undefined): Record<ProcessName, ProcessSpec> {
  const all = Object.entries(project?.spec.processes ?? {});
  return Object.fromEntries(all.filter(([, { adHoc }]) => adHoc === true));
}

/** The definition as it takes effect: a process that is not meant, or was updated since it was read, keeps its own. */
export function inForce(
  before: Project | undefined,
  { spec, updates, only }: Pick<InputOf<"project-defined">, "spec" | "updates" | "only">,
): ProjectSpec {
  const kept = Object.entries(before?.spec.processes ?? {}).filter(
    ([name]) =>
      Object.hasOwn(spec.processes, name) &&
      (only?.includes(name) === false ||
        !isSameValue(own(before?.updates ?? {}, name) ?? {}, own(updates, name) ?? {})),
  );
  return { ...spec, processes: { ...spec.processes, ...Object.fromEntries(kept) } };
}

export function retireProcesses(turn: Turn, input: InputOf<"processes-retired">): void {
  const project = turn.project(input.project);
  if (project === undefined) return;
  const leaving = input.processes.filter((name) => Object.hasOwn(project.spec.processes, name));
  turn.putProject({
    ...project,
    spec: { ...project.spec, processes: omit(project.spec.processes, leaving) },
    retired: { ...project.retired, ...pick(project.spec.processes, leaving) },
    updates: omit(project.updates, leaving),
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

const START = { kind: "start-asked", gated: true, lease: null } as const;

/** Makes the instances that are wanted and not there, and removes those beyond; new ones follow their siblings. */
export function adjustCount(turn: Turn, name: ProjectName, spec: ProcessSpec): void {
  const wanted = spec.instances;
  const present = turn.instancesOf(name, spec.name);
  const isUp = present.some(({ desired }) => desired === "up");
  for (const instance of present) {
    if (instance.extra === true) {
      // One whose number is within the count by now is like the others.
      const { extra: _extra, ...usual } = instance;
      if (instance.index <= wanted) turn.putInstance(usual);
    } else if (instance.index > wanted) {
      ask(turn, instance.id, { kind: "remove-asked", timeoutMs: null });
    } else if (instance.desired === "gone") {
      turn.putInstance({ ...instance, desired: "down" });
      if (isUp) ask(turn, instance.id, START);
    }
  }
  const there = new Set(present.map(({ index }) => index));
  for (let index = 1; index <= wanted; index += 1) {
    if (there.has(index)) continue;
    const instance = newInstance(turn, name, spec.name, index);
    turn.putInstance(instance);
    turn.tellOf(instance, "process.added", null);
    if (isUp) ask(turn, instance.id, START);
  }
}

/** Not started yet. */
export function newInstance(
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

/** What a running process feels only when it is restarted. */
export function feltIn({ changed }: DefinitionChanges): readonly ProcessName[] {
  return changed.filter(({ restarts }) => restarts).map(({ process }) => process);
}

/** Output is kept by the rules of the definition, whichever a run was started by. */
export function keepByNewRules(
  turn: Turn,
  { name, processes }: ProjectSpec,
  { changed }: DefinitionChanges,
): void {
  for (const { process } of changed.filter(({ keys }) => keys.includes("log"))) {
    const log = own(processes, process)?.log;
    if (log === undefined) continue;
    for (const instance of turn.instancesOf(name, process)) {
      for (const { id: runId } of runsOf(instance)) {
        turn.perform({ kind: "keep-output", instance: instance.id, runId, log });
      }
    }
  }
}

/** What runs by an old definition is restarted, or reloaded; what completed by one may run again. */
export function renew(
  turn: Turn,
  project: ProjectName,
  processes: Iterable<ProcessName>,
  kind: "restart-asked" | "reload-asked" = "restart-asked",
): void {
  for (const process of processes) {
    for (const instance of turn.instancesOf(project, process)) {
      if (instance.state.kind === "completed") {
        move(turn, instance, { kind: "stopped", reason: "its definition changed" });
        turn.tellOf(instance, "process.stopped", null, { reason: "its definition changed" });
      } else if (instance.state.kind === "backoff") {
        // What was wrong may have been set right.
        ask(turn, instance.id, START);
      } else if (instance.desired === "up" && "run" in instance.state) {
        ask(turn, instance.id, { kind });
      }
    }
  }
}

/** What is asked of a run from now on, where its probes are others and it goes on. */
export function reprobe(turn: Turn, project: ProjectName, { changed }: DefinitionChanges): void {
  for (const { process, keys } of changed) {
    const isProbed = keys.includes("ready") || keys.includes("health");
    const isJudged = keys.includes("thresholds") || keys.includes("limits");
    for (const instance of turn.instancesOf(project, process)) {
      if (isJudged) rejudgeUse(turn, instance.id);
      if (isProbed) probeAnew(turn, turn.instance(instance.id) ?? instance);
      // It may have been left running because it was never to be restarted.
      else if (keys.includes("restart")) endUnhealthy(turn, instance);
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

export function tellChanges(
  turn: Turn,
  project: ProjectName,
  { added, removed, changed, alerts }: DefinitionChanges,
  prune: boolean,
): void {
  const gone = prune ? removed : [];
  if (added.length + gone.length + changed.length === 0 && alerts === undefined) return;
  turn.tell({
    type: "config.changed",
    project,
    process: null,
    instance: null,
    instanceId: null,
    runId: null,
    data: { added, removed: gone, changed, ...(alerts === undefined ? {} : { alerts }) },
  });
}

function tellWatching(turn: Turn, { spec: { name }, unwatched }: Project): void {
  const nothing = { added: [], removed: [], changed: [] };
  const nobody = { process: null, instance: null, instanceId: null, runId: null };
  const data = { ...nothing, watches: unwatched !== true };
  turn.tell({ type: "config.changed", project: name, ...nobody, data });
}

function pick<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  const wanted = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => wanted.has(key)));
}

export function omit<T>(
  record: Readonly<Record<string, T>>,
  keys: readonly string[],
): Record<string, T> {
  const unwanted = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => !unwanted.has(key)));
}
