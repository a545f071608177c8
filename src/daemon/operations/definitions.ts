/** Operations on what a project consists of: up, apply, down, scale. */

import { definitionChanges } from "../../core/definition-changes.ts";
import { instancesOfProject, resolveTargets } from "../../core/targets.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import type { Instance, Project } from "../../model/state.ts";
import type { ApplyInput, UpInput } from "../../protocol/operations.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { ask, finish, isMissing } from "./lifecycle.ts";
import { isGone, isReady, isSpawnedAnew, outcomes, type Judge } from "./outcomes.ts";
import { projectAt, select, selectWidened, withDependencies } from "./selection.ts";
import { definitionOf } from "../../core/definition-of.ts";
import { own } from "../../model/own.ts";

type Definitions = Pick<Handlers, "up" | "apply" | "down" | "scale">;

export function definitionOperations(context: DaemonContext): Definitions {
  return {
    up: (input, signal) => up(context, input, signal),

    async apply(input) {
      const spec = named(context, input);
      const changes = definitionChanges(
        context.supervisor.world.projects.get(spec.name)?.spec,
        spec,
      );
      if (!input.dryRun) await define(context, input, input.prune);
      return { project: spec.name, changes };
    },

    async down(input, signal) {
      const { timeoutMs } = input;
      const leaving =
        input.targets.length === 0
          ? instancesOfProject(context.supervisor.world, projectAt(context, input))
          : selectWidened(context, input);
      for (const [project, processes] of byProject(leaving)) {
        await context.supervisor.submit({
          kind: "processes-retired",
          project,
          processes: wholeProcesses(context, project, processes, leaving),
          timeoutMs,
        });
      }
      await ask(context, leaving, { kind: "remove-asked", timeoutMs });
      return finish(context, "down", leaving, isGone, signal);
    },

    async scale(input, signal) {
      const project = projectAt(context, input);
      for (const [process, instances] of Object.entries(input.counts)) {
        checkScale(context, project, process, instances);
      }
      for (const [process, instances] of Object.entries(input.counts)) {
        const { name } = project.spec;
        await context.supervisor.submit({ kind: "scale-asked", project: name, process, instances });
      }
      const targets = Object.keys(input.counts);
      const scaled = select(context, { ...input, targets });
      return finish(context, "scale", scaled, isScaled, signal);
    },
  };
}

async function up(context: DaemonContext, input: UpInput, signal: AbortSignal) {
  const spec = named(context, input);
  const { supervisor } = context;
  const changes = definitionChanges(supervisor.world.projects.get(spec.name)?.spec, spec);
  const changed = new Set(
    changes.changed.filter(({ restarts }) => restarts).map(({ process }) => process),
  );
  const beforeAll = new Map(supervisor.world.instances);
  await define(context, input, false);
  const selected = selectUp(context, spec.name, input);
  const before = selected.map((it) => beforeAll.get(it.id) ?? it);
  const missing = selected.filter(isMissing);
  const lease = await takeLease(context, input);
  await ask(context, missing, { kind: "start-asked", gated: input.withDependencies, lease });

  const idle = new Set(before.filter(isMissing).map(({ id }) => id));
  const judge: Judge = (now, was) => {
    if (input.until === "asked") return { kind: "met" };
    if (input.until === "ready") return isReady(settling(context))(now, was);
    return idle.has(was.id) || changed.has(was.process) ? isSpawnedAnew(now, was) : isUp(now, was);
  };
  const { timeoutMs } = input;
  const results = await outcomes({ context, action: "up", before, judge, timeoutMs, signal });
  const held = [...supervisor.world.instances.values()].filter(
    (it) => lease !== null && it.lease === lease,
  );
  return { project: spec.name, changes, results, held: held.map(({ id }) => id) };
}

function selectUp(context: DaemonContext, name: string, input: UpInput): readonly Instance[] {
  const { world } = context.supervisor;
  const project = world.projects.get(name);
  if (project === undefined) return [];
  const found =
    input.targets === null
      ? { ok: true as const, instances: instancesOfProject(world, project).filter(startsByItself) }
      : resolveTargets(world, name, input.targets);
  if (!found.ok) throw new ProcmanError(found.problem);
  const selected = input.withDependencies
    ? withDependencies(context, found.instances)
    : found.instances;
  const enabled = selected.filter(
    (it) => own(project.spec.processes, it.process)?.disabled === false,
  );
  if (input.targets !== null && enabled.length === 0 && selected.length > 0) {
    const names = [...new Set(selected.map(({ process }) => process))].join(", ");
    fail(
      "START_FAILED",
      `Cannot start ${names}: disabled in the configuration`,
      "Set disabled: false.",
    );
  }
  return enabled;

  function startsByItself(instance: Instance): boolean {
    const spec = definitionOf(project, instance.process);
    return spec !== undefined && spec.autostart && !spec.disabled;
  }
}

async function define(context: DaemonContext, input: UpInput | ApplyInput, prune: boolean) {
  const { callerEnv, updateEnv } = input;
  const spec = named(context, input);
  await context.supervisor.submit({ kind: "project-defined", spec, callerEnv, updateEnv, prune });
}

function named(context: DaemonContext, { spec, nameIsExplicit }: UpInput | ApplyInput) {
  return { ...spec, name: context.projects.nameFor(spec, nameIsExplicit) };
}

/** The lease of the holder of a request; null when nothing holds what it starts. */
async function takeLease(context: DaemonContext, { holder }: UpInput): Promise<string | null> {
  if (holder === null) return null;
  const identity = context.identityOf(holder.pid);
  if (identity === null) {
    fail("INVALID_PARAMETER", `Cannot hold processes for pid ${holder.pid}: no such process`);
  }
  const id = `${identity.pid}-${identity.startTicks}`;
  await context.supervisor.submit({ kind: "lease-taken", lease: { id, ...identity } });
  return id;
}

/** Already up before the request: any state that is up, or that the restart policy works on, will do. */
const isUp: Judge = (now, was) => {
  if (now === undefined) return isSpawnedAnew(now, was);
  return ["pending", "spawning", "stopping", "cleaning"].includes(now.state.kind)
    ? null
    : { kind: "met" };
};

/** Those taken away are gone, those wanted are up if they are to be. */
const isScaled: Judge = (now, was) => {
  if (now === undefined) return { kind: "met" };
  if (now.desired === "gone") return null;
  return now.desired === "up" ? isUp(now, was) : { kind: "met" };
};

/** Nothing tells when it is ready, so having lived a little has to do. */
export function settling(context: DaemonContext): (instance: Instance) => boolean {
  const { projects } = context.supervisor.world;
  return ({ project, process }) => definitionOf(projects.get(project), process)?.ready.length === 0;
}

function checkScale(
  context: DaemonContext,
  project: Project,
  process: string,
  count: number,
): void {
  const spec = own(project.spec.processes, process);
  if (spec === undefined) {
    const { name, directory } = project.spec;
    select(context, { project: name, directory, exact: true, files: [], targets: [process] });
  } else if (spec.port !== null && spec.port + count - 1 > 65_535) {
    const message = `Cannot scale ${process} to ${count}: its ports would end beyond 65535`;
    fail("INVALID_PARAMETER", message, "Choose a lower port.");
  }
}

function byProject(instances: readonly Instance[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { project, process } of instances) {
    found.set(project, (found.get(project) ?? new Set()).add(process));
  }
  return found;
}

/** Those of which every instance leaves: they are forgotten; of the others only the instances are. */
function wholeProcesses(
  context: DaemonContext,
  project: string,
  processes: ReadonlySet<string>,
  leaving: readonly Instance[],
): string[] {
  const ids = new Set(leaving.map(({ id }) => id));
  const { byProcess } = context.supervisor.world;
  return [...processes].filter((process) =>
    [...(byProcess.get(`${project}/${process}`) ?? [])].every((id) => ids.has(id)),
  );
}
