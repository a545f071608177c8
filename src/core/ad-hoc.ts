/** Ad-hoc processes: made by `run`, in a project but not of its configuration. */

import { limits } from "../model/limits.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import { own } from "../model/own.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Instance, Project } from "../model/state.ts";
import { adjustCount, omit, retireProcesses } from "./define.ts";
import type { Turn } from "./turn.ts";

/** A name that the configuration has, or one that is up, stays what it is. */
export function defineAdHoc(turn: Turn, input: InputOf<"ad-hoc-defined">): void {
  const { process } = input;
  const project = input.project.name;
  const before: Project = turn.project(project) ?? {
    spec: { ...input.project, processes: {} },
    retired: {},
    callerEnv: {},
    profiles: [],
    updates: {},
  };
  const known = own(before.spec.processes, process.name);
  if (known !== undefined && known.adHoc !== true) return;
  if (known !== undefined && turn.instancesOf(project, process.name).some(isTaken)) return;
  turn.putProject({
    ...before,
    spec: { ...before.spec, processes: { ...before.spec.processes, [process.name]: process } },
    retired: omit(before.retired, [process.name]),
    callerEnv: { ...before.callerEnv, [process.name]: input.callerEnv },
  });
  adjustCount(turn, project, process);
  forgetOldest(turn, project, process.name);
}

/** It runs, or is to run: its name cannot be given to another command. */
export function isTaken({ desired, state }: Instance): boolean {
  return desired === "up" ? !AT_REST.has(state.kind) : "run" in state;
}

/** Of those that have ended a project remembers the last. */
function forgetOldest(turn: Turn, project: ProjectName, except: ProcessName): void {
  const processes = Object.values(turn.project(project)?.spec.processes ?? {})
    .filter(({ name, adHoc }) => adHoc === true && name !== except)
    .map(({ name }) => ({ name, instances: turn.instancesOf(project, name) }))
    .filter(({ instances }) => !instances.some(isTaken))
    .map(({ name, instances }) => ({
      name,
      sinceMs: Math.max(...instances.map((it) => it.sinceMs)),
    }))
    .toSorted((one, other) => other.sinceMs - one.sinceMs)
    .slice(limits.adHocKept)
    .map(({ name }) => name);
  if (processes.length === 0) return;
  retireProcesses(turn, { kind: "processes-retired", project, processes, timeoutMs: null });
}
