/** Dependencies: whether an instance may start, waits, or never can; and who depends on whom. */

import type { ProcessName } from "../model/ids.ts";
import { formatDuration } from "../model/duration.ts";
import type { Dependency, DependencyCondition, ProcessSpec } from "../model/spec.ts";
import type { Instance, Project, StateOf } from "../model/state.ts";

export interface Waiting {
  readonly process: ProcessName;
  readonly condition: DependencyCondition;
}

export type DependencyVerdict =
  | { readonly kind: "met" }
  | {
      readonly kind: "wait";
      readonly waitingFor: readonly Waiting[];
      /** When the first of its timeouts ends; null when it has none. */
      readonly untilMonoMs: number | null;
    }
  | { readonly kind: "impossible"; readonly reason: string };

export interface DependencyView {
  readonly monoMs: number;
  instancesOf(process: ProcessName): readonly Instance[];
}

/** What `pending` comes to, given when the waiting began. */
export function dependencyVerdict(
  spec: Pick<ProcessSpec, "dependsOn">,
  sinceMonoMs: number,
  view: DependencyView,
): DependencyVerdict {
  const waitingFor: Waiting[] = [];
  let untilMonoMs: number | null = null;
  for (const dependency of spec.dependsOn) {
    const verdict = conditionVerdict(dependency, view.instancesOf(dependency.process));
    if (verdict.kind === "met") continue;
    const endsMonoMs = dependency.timeoutMs === null ? null : sinceMonoMs + dependency.timeoutMs;
    const timedOut = endsMonoMs !== null && view.monoMs >= endsMonoMs;
    if (verdict.kind === "wait" && !timedOut) {
      const { process, condition } = dependency;
      waitingFor.push({ process, condition });
      if (endsMonoMs !== null) untilMonoMs = Math.min(untilMonoMs ?? endsMonoMs, endsMonoMs);
    } else if (dependency.required) {
      const reason = verdict.kind === "impossible" ? verdict.reason : describeTimeout(dependency);
      return { kind: "impossible", reason };
    }
  }
  return waitingFor.length === 0 ? { kind: "met" } : { kind: "wait", waitingFor, untilMonoMs };
}

/** One instance is as a condition has it. */
export function conditionIsMet(instance: Instance, condition: DependencyCondition): boolean {
  return instanceVerdict(instance, condition).kind === "met";
}

/** The processes of a project that depend on each of its processes. */
export function dependents(project: Project): ReadonlyMap<ProcessName, readonly ProcessName[]> {
  const known = dependentsOf.get(project);
  if (known !== undefined) return known;
  const found = new Map<ProcessName, ProcessName[]>();
  for (const spec of specsOf(project)) {
    for (const { process } of spec.dependsOn) {
      const names = found.get(process) ?? [];
      found.set(process, [...names, spec.name]);
    }
  }
  dependentsOf.set(project, found);
  return found;
}

/** All that depend on a process, and what depends on those. */
export function allDependents(project: Project, process: ProcessName): ReadonlySet<ProcessName> {
  const graph = dependents(project);
  const found = new Set<ProcessName>();
  const queue = [process];
  for (const name of queue) {
    for (const dependent of graph.get(name) ?? []) {
      if (found.has(dependent)) continue;
      found.add(dependent);
      queue.push(dependent);
    }
  }
  return found;
}

/** Every definition of a project, those on their way out included. */
export function specsOf(project: Project): readonly ProcessSpec[] {
  return [...Object.values(project.spec.processes), ...Object.values(project.retired)];
}

/** A definition does not change, so its graph is worked out once. */
const dependentsOf = new WeakMap<Project, ReadonlyMap<ProcessName, readonly ProcessName[]>>();

type ConditionVerdict =
  | { readonly kind: "met" }
  | { readonly kind: "wait" }
  | { readonly kind: "impossible"; readonly reason: string };

/** On several instances a condition means all of them. */
function conditionVerdict(
  { process, condition }: Dependency,
  instances: readonly Instance[],
): ConditionVerdict {
  if (instances.length === 0) {
    return { kind: "impossible", reason: `it depends on ${process}, which is not there` };
  }
  const usual = instances.filter(({ extra }) => extra !== true);
  const verdicts = usual.map((instance) => instanceVerdict(instance, condition));
  const impossible = verdicts.find((verdict) => verdict.kind === "impossible");
  if (impossible !== undefined) return impossible;
  return verdicts.every((verdict) => verdict.kind === "met") ? { kind: "met" } : { kind: "wait" };
}

function instanceVerdict(
  { process, state, lastExit }: Instance,
  condition: DependencyCondition,
): ConditionVerdict {
  const met: ConditionVerdict = { kind: "met" };
  const wait: ConditionVerdict = { kind: "wait" };
  const ends = condition === "completed" || condition === "succeeded";
  switch (state.kind) {
    case "starting":
      return condition === "started" ? met : wait;
    case "running":
      if (condition === "healthy") return isWell(state) ? met : wait;
      return ends ? wait : met;
    case "completed":
      return met;
    case "scheduled":
      // What has failed is run again: there is hope.
      if (state.last?.kind === "completed") return met;
      return condition === "completed" && state.last?.kind === "failed" && lastExit !== null
        ? met
        : wait;
    case "failed":
      if (condition === "completed" && lastExit !== null) return met;
      return {
        kind: "impossible",
        reason: `it depends on ${process}, which failed: ${state.reason}`,
      };
    case "skipped":
      return {
        kind: "impossible",
        reason: `it depends on ${process}, which was skipped: ${state.reason}`,
      };
    case "suspended":
      return {
        kind: "impossible",
        reason: `it depends on ${process}, which was suspended: ${state.reason}`,
      };
    default:
      return wait;
  }
}

/** What nothing probes for its health is well. */
export function isWell({ health }: StateOf<"running">): boolean {
  return health === undefined || health.level === "healthy";
}

/** Why one that waited for it in vain was skipped. */
export function describeTimeout({ process, condition, timeoutMs }: Dependency): string {
  const states: Record<DependencyCondition, string> = {
    started: "had not started",
    ready: "was not ready",
    healthy: "was not healthy",
    completed: "had not ended",
    succeeded: "had not succeeded",
  };
  return `it depends on ${process}, which ${states[condition]} within ${formatDuration(timeoutMs ?? 0)}`;
}
