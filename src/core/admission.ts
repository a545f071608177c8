/** Admission: lets pending instances start, in the order of their definitions, as dependencies and the project's
 *  concurrency allow; and skips those whose dependencies cannot be met. Then what waits to be reloaded has its turn. */

import type { ProjectName } from "../model/ids.ts";
import type { Instance, Project } from "../model/state.ts";
import { dependencyVerdict, specsOf, type DependencyVerdict } from "./dependencies.ts";
import { awaitedMember } from "./group-strategy.ts";
import { rest } from "./moves.ts";
import { beginReload } from "./reload.ts";
import { launch } from "./run-moves.ts";
import type { Turn } from "./turn.ts";

export function admit(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  if (project === undefined) return;
  const { pending, toReload, underWay } = census(turn, project);
  let free = project.spec.concurrency - underWay;
  for (const instance of pending) {
    const verdict = verdictOn(turn, instance);
    if (verdict.kind === "impossible") {
      const { reason } = verdict;
      rest(turn, instance, { kind: "skipped", reason }, "process.skipped", {
        desired: instance.desired,
        // It may have hope again, for whoever holds it.
        lease: instance.lease,
      });
    } else if (verdict.kind === "met" && free > 0 && groupIsDown(turn, instance)) {
      free -= 1;
      launch(turn, instance);
    }
  }
  for (const instance of toReload.slice(0, Math.max(0, free))) beginReload(turn, instance);
}

/** Why a pending instance has not started yet. */
export function verdictOn(
  turn: Pick<Turn, "now" | "instancesOf" | "specOf">,
  instance: Instance,
): DependencyVerdict {
  const { state } = instance;
  if (state.kind !== "pending" || !state.gated) return { kind: "met" };
  return dependencyVerdict(turn.specOf(instance), state.sinceMonoMs, {
    monoMs: turn.now.monoMs,
    instancesOf: (process) => turn.instancesOf(instance.project, process),
  });
}

/** Of a group that is restarted together nothing starts before all of it that has to is down. */
function groupIsDown(turn: Turn, instance: Instance): boolean {
  return awaitedMember(turn, instance) === null;
}

interface Census {
  readonly pending: readonly Instance[];
  /** Of each process the next one, unless one is being reloaded. */
  readonly toReload: readonly Instance[];
  /** How many are on their way up. */
  readonly underWay: number;
}

function census(turn: Turn, project: Project): Census {
  const pending: Instance[] = [];
  const toReload: Instance[] = [];
  let underWay = 0;
  for (const spec of specsOf(project)) {
    let isReloading = false;
    let next: Instance | null = null;
    for (const instance of turn.instancesOf(project.spec.name, spec.name)) {
      const { state, beside, reload, index } = instance;
      if (state.kind === "pending") pending.push(instance);
      else if (isUnderWay(state)) underWay += 1;
      if (beside?.role === "successor" && isUnderWay(beside.state)) underWay += 1;
      isReloading ||= beside !== undefined;
      const waits = reload?.kind === "asked" && state.kind === "running";
      if (waits && (next === null || index < next.index)) next = instance;
    }
    if (next !== null && !isReloading) toReload.push(next);
  }
  return { pending, toReload, underWay };
}

/** One that was asked to stop before it was ready may yet be asked to stay. */
function isUnderWay(state: Instance["state"]): boolean {
  const { kind } = state;
  if (kind === "leaving") return state.run.readyAtMs === null;
  return kind === "spawning" || kind === "starting";
}
