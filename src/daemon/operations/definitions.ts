/** Operations on what a project consists of: up, apply, down. */

import { isTaken } from "../../core/ad-hoc.ts";
import { feltIn } from "../../core/define.ts";
import {
  instancesOfProcess,
  instancesOfProject,
  processesNamed,
  resolveTargets,
} from "../../core/targets.ts";
import type { DefinitionChanges } from "../../model/definition-changes.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import type { ProjectSpec } from "../../model/spec.ts";
import type { Instance } from "../../model/state.ts";
import type { ApplyInput, ApplyOutput, UpInput } from "../../protocol/definition-inputs.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { effectOf } from "./definition-effect.ts";
import { refuseUnenforceable } from "./enforceable.ts";
import { ask, finish, isMissing } from "./lifecycle.ts";
import { heldBy, takeLease } from "./leases.ts";
import {
  isGone,
  isReady,
  isInPlace,
  isSpawnedAnew,
  isUp,
  ofRunNow,
  outcomes,
  type Judge,
} from "./outcomes.ts";
import {
  dependentsFirst,
  enabledOf,
  isEnabled,
  projectAt,
  selectWidened,
  withDependencies,
} from "./selection.ts";
import { isReloaded } from "./reload.ts";
import { settling } from "./settling.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { own } from "../../model/own.ts";

type Definitions = Pick<Handlers, "up" | "apply" | "down">;

export function definitionOperations(context: DaemonContext): Definitions {
  return {
    up: (input, signal) => up(context, input, signal),

    apply: (input, signal) => apply(context, input, signal),

    async down(input, signal) {
      const { timeoutMs } = input;
      const leaving = dependentsFirst(
        context,
        input.targets.length === 0
          ? instancesOfProject(context.supervisor.world, projectAt(context, input))
          : selectWidened(context, input),
      );
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
  };
}

async function apply(
  context: DaemonContext,
  input: ApplyInput,
  signal: AbortSignal,
): Promise<ApplyOutput> {
  const spec = named(context, input);
  const only = processesMeant(spec, input);
  refuseUnenforceable(context, spec, only);
  const effect = effectOf(context, { ...input, spec, only });
  const { changes } = effect;
  if (input.dryRun) return { project: spec.name, ...effect, results: [] };
  const { supervisor } = context;
  const was = new Map(supervisor.world.instances);
  await define(context, { ...input, only });
  const before = touchedSince(context, was, namesIn(changes, { ...input, spec }));
  const reloaded = input.reloads === true ? new Set(effect.restarted) : null;
  const ofReloaded = isReloaded(isReady(settling(context)));
  const judge: Judge = (now, earlier) => {
    if (reloaded?.has(earlier.id) === true) return ofReloaded(now, earlier);
    return "run" in earlier.state && now?.desired === "up"
      ? isSpawnedAnew(now, earlier)
      : isInPlace(now, earlier);
  };
  const results = await outcomes({
    context,
    action: "apply",
    before,
    judge,
    timeoutMs: null,
    signal,
  });
  return { project: spec.name, ...effect, results };
}

/** The processes that an `apply` may touch. */
function namesIn(changes: DefinitionChanges, input: ApplyInput): (instance: Instance) => boolean {
  const { added, changed, removed } = changes;
  const names = new Set([
    ...added,
    ...changed.map(({ process }) => process),
    ...(input.prune ? removed : []),
    ...(input.updateEnv ? Object.keys(input.spec.processes) : []),
  ]);
  return ({ project, process }) => project === input.spec.name && names.has(process);
}

/** The instances that are others now than they were, as they were. */
function touchedSince(
  context: DaemonContext,
  was: ReadonlyMap<string, Instance>,
  isMeant: (instance: Instance) => boolean,
): readonly Instance[] {
  const { instances } = context.supervisor.world;
  const all = new Map<string, Instance>([...instances, ...was]);
  return [...all.values()].filter((it) => isMeant(it) && was.get(it.id) !== instances.get(it.id));
}

async function up(context: DaemonContext, input: UpInput, signal: AbortSignal) {
  const spec = named(context, input);
  const { supervisor } = context;
  const afterSeq = supervisor.lastSeq;
  const only = processesMeant(spec, input);
  refuseUnenforceable(context, spec, only);
  const effect = effectOf(context, { ...input, spec, only });
  const changed = new Set(feltIn(effect.changes));
  const beforeAll = new Map(supervisor.world.instances);
  await define(context, { ...input, only, prune: false });
  const selected = selectUp(context, spec.name, input);
  const before = selected.map((it) => beforeAll.get(it.id) ?? it);
  const again = new Set(input.again);
  const missing = selected.filter(
    (it) => isMissing(it) || (it.state.kind === "completed" && again.has(it.process)),
  );
  const lease = await takeLease(context, input.holder);
  await ask(context, missing, { kind: "start-asked", gated: input.withDependencies, lease });

  const idle = new Set(before.filter(isMissing).map(({ id }) => id));
  const judge: Judge = (now, was) => {
    if (input.until === "asked") return { kind: "met" };
    const { schedule } = own(spec.processes, was.process) ?? {};
    const orFailed = schedule?.runOnStart === true ? ofRunNow : (it: Judge) => it;
    if (input.until === "ready") return orFailed(isReady(settling(context)))(now, was);
    return idle.has(was.id) || changed.has(was.process) ? isSpawnedAnew(now, was) : isUp(now, was);
  };
  const { timeoutMs } = input;
  const results = await outcomes({ context, action: "up", before, judge, timeoutMs, signal });
  return { project: spec.name, ...effect, results, held: heldBy(context, lease), afterSeq };
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
  return input.targets === null
    ? selected.filter((it) => isEnabled(context, it))
    : enabledOf(context, selected);

  function startsByItself(instance: Instance): boolean {
    const spec = definitionOf(project, instance.process);
    return spec !== undefined && spec.autostart && !spec.disabled;
  }
}

interface Definition extends Omit<ApplyInput, "dryRun"> {
  readonly only: readonly string[] | null;
  readonly watches?: boolean;
}

async function define(context: DaemonContext, input: Definition) {
  const { profiles, updates, only, callerEnv, updateEnv, prune, watches, reloads } = input;
  await context.supervisor.submit({
    kind: "project-defined",
    spec: named(context, input),
    profiles,
    updates,
    only,
    callerEnv,
    updateEnv,
    prune,
    ...(watches === undefined ? {} : { watches }),
    ...(reloads === undefined ? {} : { reloads }),
  });
}

/** The targets and what they depend on; null when it is about the whole project. */
function processesMeant(
  spec: ProjectSpec,
  input: Pick<ApplyInput, "targets" | "withDependencies">,
): readonly string[] | null {
  if (input.targets === null) return null;
  const meant = new Set(processesNamed(spec, input.targets));
  if (!input.withDependencies) return [...meant];
  for (const name of meant) {
    for (const { process } of own(spec.processes, name)?.dependsOn ?? []) meant.add(process);
  }
  return [...meant];
}

/** The definition with the name and the ports that it has here. */
export function named(
  context: DaemonContext,
  { spec, nameIsExplicit }: Pick<ApplyInput, "spec" | "nameIsExplicit">,
): ProjectSpec {
  const name = context.projects.nameFor(spec, nameIsExplicit);
  refuseTaken(context, name, spec);
  return context.allotment.allot({ ...spec, name });
}

/** Throws NAME_TAKEN when an ad-hoc process that runs has the name of a process of the configuration. */
function refuseTaken(context: DaemonContext, project: string, spec: ProjectSpec): void {
  const { world } = context.supervisor;
  const known = world.projects.get(project)?.spec.processes ?? {};
  for (const name of Object.keys(spec.processes)) {
    if (own(known, name)?.adHoc !== true) continue;
    if (!instancesOfProcess(world, project, name).some(isTaken)) continue;
    const message = `Cannot define '${name}': an ad-hoc process of that name runs`;
    fail("NAME_TAKEN", message, `'procman down ${name}' stops and forgets it.`);
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
