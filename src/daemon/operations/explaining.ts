/** The operation `why`: everything that bears on the state of an instance. */

import { conditionIsMet } from "../../core/dependencies.ts";
import { plainReason, ruleOn, type Rule } from "../../core/explanation.ts";
import { instancesOfProcess } from "../../core/targets.ts";
import { lastOutput } from "../../logfile/last-output.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { fail } from "../../model/errors.ts";
import { own } from "../../model/own.ts";
import { limits } from "../../model/limits.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { HealthLevel, Instance, Project, StateKind } from "../../model/state.ts";
import type { Explanation } from "../../protocol/explanation.ts";
import type { InputOfOperation } from "../../protocol/operations.ts";
import { wireProbe } from "../../protocol/shapes.ts";
import { publicState } from "../../protocol/status.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { wireExit } from "./looking.ts";
import { select } from "./selection.ts";

export function explainingOperations(context: DaemonContext): Pick<Handlers, "why"> {
  return { why: (input) => why(context, input) };
}

async function why(context: DaemonContext, input: InputOfOperation<"why">): Promise<Explanation> {
  const found = select(context, { ...input, targets: [input.target] });
  const instance = found.toSorted((one, other) => trouble(other) - trouble(one))[0];
  const project = context.supervisor.world.projects.get(instance?.project ?? "");
  const spec = definitionOf(project, instance?.process ?? "");
  if (instance === undefined || project === undefined || spec === undefined) {
    return fail("PROCESS_NOT_FOUND", `Cannot find '${input.target}'`);
  }
  const { state, lastExit, lastRun } = instance;
  const { health, reason, nextRunAt, since, degraded = null } = context.statuses.of(instance);
  const waitingFor = waits(context, project, instance, spec);
  return {
    id: instance.id,
    state: publicState(state),
    health,
    since,
    reason: reason ?? plainReason(instance, spec),
    degraded,
    fallback: fallbackOf(context, instance, spec),
    rule:
      state.kind === "pending"
        ? turnRule(context, project, instance, waitingFor)
        : ruleOn(instance, spec),
    waitingFor,
    probes: lastRun === null ? [] : context.prober.historyOf(lastRun.id).map(wireProbe),
    nextRetryAt: nextRunAt,
    deadlineAt: deadlineOf(context, instance, spec),
    lastExit: lastExit === null ? null : { ...wireExit(lastExit), oomKilled: lastExit.oomKilled },
    tail: await lastOutput(context.supervisor.world.home, instance, {
      lines: limits.tailLines,
      runId: lastRun?.id ?? null,
    }),
    watchLimit: context.watching.report(instance.id)?.limited ?? null,
    others: found
      .filter((it) => it.process === instance.process && it.id !== instance.id)
      .map((it) => ({ id: it.id, state: publicState(it.state) })),
  };
}

/** Of several instances the one that has most to explain is explained. */
const BY_TROUBLE: readonly (StateKind | HealthLevel)[] = [
  "failed",
  "suspended",
  "skipped",
  "backoff",
  "unhealthy",
  "critical",
  "pending",
  "warning",
];

function trouble({ state }: Instance): number {
  const what = state.kind === "running" ? (state.health?.level ?? "healthy") : state.kind;
  if (what === "healthy") return -1;
  const at = BY_TROUBLE.indexOf(what);
  return at < 0 ? 0 : BY_TROUBLE.length - at;
}

/** Who takes over from it, and whether anybody does now. */
function fallbackOf(
  { supervisor }: DaemonContext,
  { project, process: standsInFor }: Instance,
  { fallback }: ProcessSpec,
): NonNullable<Explanation["fallback"]> | null {
  if (fallback === undefined) return null;
  const [first, ...others] = instancesOfProcess(supervisor.world, project, fallback);
  if (first === undefined) return null;
  const onDuty = [first, ...others].find((it) => it.standsInFor === standsInFor);
  const isOnDuty = onDuty !== undefined;
  return { process: fallback, state: publicState((onDuty ?? first).state), isOnDuty };
}

/** The dependencies that are not as they have to be, each with the first instance that is in the way. */
function waits(
  { supervisor, statuses }: DaemonContext,
  project: Project,
  instance: Instance,
  spec: ProcessSpec,
): Explanation["waitingFor"] {
  if (!waitsForOthers(instance)) return [];
  // It would have gone without what is not required.
  const isSkipped = instance.state.kind === "skipped";
  return spec.dependsOn.flatMap(({ process, condition, required }) => {
    if (isSkipped && !required) return [];
    const instances = instancesOfProcess(supervisor.world, project.spec.name, process);
    const open = instances.find((it) => !conditionIsMet(it, condition));
    if (open === undefined) return [];
    const { state, health, since, reason } = statuses.of(open);
    return [{ process, condition, state, health, since, reason }];
  });
}

function waitsForOthers({ state }: Instance): boolean {
  return state.kind === "skipped" || (state.kind === "pending" && state.gated);
}

function turnRule(
  { statuses }: DaemonContext,
  { spec }: Project,
  instance: Instance,
  waitingFor: Explanation["waitingFor"],
): Rule | null {
  if (waitingFor.length > 0)
    return { key: "dependsOn", text: "it starts when all of these are met" };
  const group = statuses.awaitedMember(instance)?.group;
  if (group !== undefined) {
    const strategy = own(spec.groups, group)?.strategy ?? "one-for-one";
    const text = `${strategy}: nothing of it starts before all that has to go is gone`;
    return { key: `groups.${group}.strategy`, text };
  }
  return { key: "concurrency", text: `${spec.concurrency} are starting at once` };
}

function deadlineOf(
  { clock }: DaemonContext,
  { state }: Instance,
  spec: ProcessSpec,
): string | null {
  const now = clock.now();
  const at = (monoMs: number | null): string | null =>
    monoMs === null ? null : new Date(now.wallMs + monoMs - now.monoMs).toISOString();
  switch (state.kind) {
    case "starting":
      return at(state.deadlineMonoMs);
    case "stopping":
      return at(state.killAtMonoMs);
    case "cleaning":
      return at(state.graceUntilMonoMs);
    case "pending": {
      const ends = spec.dependsOn.flatMap(({ timeoutMs }) => timeoutMs ?? []);
      return ends.length === 0 || !state.gated ? null : at(state.sinceMonoMs + Math.min(...ends));
    }
    default:
      return null;
  }
}
