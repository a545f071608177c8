/** Operations on values that are changed while things run: scale, set; and what is known when a configuration is read. */

import { definitionChanges, isSameValue } from "../../core/definition-changes.ts";
import { omit } from "../../core/define.ts";
import { updatesOf } from "../../core/runtime-updates.ts";
import { instancesOfProject } from "../../core/targets.ts";
import { withUsualBalance } from "../../core/usual-balance.ts";
import { sharingOf } from "../../model/sharing.ts";
import { fail } from "../../model/errors.ts";
import type { CallerEnv, KnownProject } from "../../model/known-project.ts";
import { nearest } from "../../model/nearest.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { Instance, Project } from "../../model/state.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { placeOfLimits, refuseUnenforceable } from "./enforceable.ts";
import { finish } from "./lifecycle.ts";
import { isInPlace, isSpawnedAnew, type Judge } from "./outcomes.ts";
import { projectAt } from "./selection.ts";
import { own } from "../../model/own.ts";

type RuntimeUpdating = Pick<Handlers, "scale" | "set" | "known">;

export function runtimeUpdateOperations(context: DaemonContext): RuntimeUpdating {
  const { supervisor } = context;
  return {
    async scale(input, signal) {
      const project = projectAt(context, input);
      const was = new Map(supervisor.world.instances);
      const counts = Object.entries(input.counts);
      const wanted = counts.map(([process, count]) => scaled(context, project, process, count));
      for (const wider of wanted) {
        const { name: process, instances, balance } = wider;
        const shared = balance === undefined ? {} : { balance };
        const asked = { project: project.spec.name, process, instances, ...shared };
        await supervisor.submit({ kind: "scale-asked", ...asked });
      }
      const before = Object.keys(input.counts)
        .flatMap((process) => instancesNow(context, project.spec.name, process))
        .map((it) => was.get(it.id) ?? it);
      return finish(context, "scale", before, isInPlace, signal);
    },

    async set(input, signal) {
      const { updates, updatesBefore } = input;
      const project = projectAt(context, input);
      const { name } = project.spec;
      const old = definedProcess(project, input.process.name);
      const spec = allotted(context, project, input.process);
      const processes = { ...project.spec.processes, [spec.name]: spec };
      refuseUnenforceable(context, { ...project.spec, processes }, [spec.name]);
      const where = placeOfLimits(supervisor.world);
      const { changed } = definitionChanges(onlyOf(project, old), onlyOf(project, spec), where);
      const was = new Map(supervisor.world.instances);
      await supervisor.submit({ kind: "process-set", project: name, spec, updates, updatesBefore });
      const now = supervisor.world.projects.get(name);
      if (now === undefined || !isSameValue(updatesOf(now, spec.name), updates)) {
        const message = `Cannot set ${spec.name}: another command has updated it meanwhile`;
        fail("CHANGED_MEANWHILE", message, "Ask again.");
      }
      const before = instancesNow(context, name, spec.name).map((it) => was.get(it.id) ?? it);
      const restarts = changed.some((it) => it.restarts);
      const judge: Judge = (present, earlier) =>
        restarts && "run" in earlier.state && earlier.desired === "up" && present?.desired === "up"
          ? isSpawnedAnew(present, earlier)
          : isInPlace(present, earlier);
      const { results } = await finish(context, "set", before, judge, signal);
      const anew = changed.length > 0;
      return { results: results.map((it) => ({ ...it, changed: it.changed || anew })) };
    },

    async known({ project: name, directory }) {
      const { projects } = supervisor.world;
      if (name === null) {
        return [...projects.values()]
          .filter(({ spec }) => spec.directory === directory)
          .map(knownProject);
      }
      const place = { project: name, directory, exact: true, files: [] };
      return [knownProject(projectAt(context, place))];
    },
  };
}

/** Without ad-hoc processes, which no configuration is about. */
function knownProject({ spec, profiles, ...project }: Project): KnownProject {
  const adHoc = Object.values(spec.processes).filter((it) => it.adHoc === true);
  const names = adHoc.map(({ name: process }) => process);
  const updates = omit(project.updates, names);
  const processesOf = new Map<CallerEnv["env"], string[]>();
  for (const [process, env] of Object.entries(omit(project.callerEnv, names))) {
    processesOf.set(env, [...(processesOf.get(env) ?? []), process]);
  }
  const { name, directory, files } = spec;
  const callerEnvs = [...processesOf].map(([env, processes]) => ({ env, processes }));
  return { name, directory, files, profiles, updates, callerEnvs };
}

function instancesNow(context: DaemonContext, name: string, process: string): readonly Instance[] {
  const { world } = context.supervisor;
  const project = world.projects.get(name);
  if (project === undefined) return [];
  return instancesOfProject(world, project).filter((it) => it.process === process);
}

function onlyOf(project: Project, spec: ProcessSpec): Project["spec"] {
  return { ...project.spec, processes: { [spec.name]: spec } };
}

/** The definition of a process, named by itself and not as a target. */
function definedProcess({ spec }: Project, name: string): ProcessSpec {
  const known = Object.keys(spec.processes);
  const found = known.includes(name) ? own(spec.processes, name) : undefined;
  if (found !== undefined) return found;
  const similar = nearest(name, known);
  const hint = similar === null ? `There is ${known.join(", ")}.` : `Did you mean '${similar}'?`;
  return fail("PROCESS_NOT_FOUND", `Cannot find process '${name}' in project '${spec.name}'`, hint);
}

function allotted(context: DaemonContext, project: Project, spec: ProcessSpec): ProcessSpec {
  const processes = { ...project.spec.processes, [spec.name]: spec };
  const { processes: found } = context.allotment.allot({ ...project.spec, processes });
  return own(found, spec.name) ?? spec;
}

/** The definition of a process with another number of instances. Throws PORT_TAKEN. */
function scaled(
  context: DaemonContext,
  project: Project,
  process: string,
  instances: number,
): ProcessSpec {
  const spec = definedProcess(project, process);
  const wished = { ...spec, instances };
  const reuses = globalThis.process.platform === "linux";
  const wanted = spec.instances === 1 ? withUsualBalance(wished, reuses) : wished;
  checkScale(wanted);
  const wider = allotted(context, project, wanted);
  if (wider.port === spec.port) return wider;
  const message = `Cannot scale ${process} to ${instances}: the ports after ${spec.port} are taken`;
  return fail("PORT_TAKEN", message, "Free them, or choose another port.");
}

function checkScale(spec: ProcessSpec): void {
  const { name, port, instances: count } = spec;
  if (port === null || sharingOf(spec) !== null || port + count - 1 <= 65_535) return;
  const message = `Cannot scale ${name} to ${count}: its ports would end beyond 65535`;
  fail("INVALID_PARAMETER", message, "Choose a lower port.");
}
