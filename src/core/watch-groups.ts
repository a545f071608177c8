/** Limits of a group that are only watched: when its members were over one together in two measurements in a row, the
 *  run of the one that uses most has failed, as the kernel would choose it in a control group. */

import { type GroupOver, isHeldBy, type Limit, type TreeLimit } from "../model/confinement.ts";
import type { ProjectName } from "../model/ids.ts";
import type { GroupMember, InputOf } from "../model/inputs.ts";
import { own } from "../model/own.ts";
import type { Project } from "../model/state.ts";
import { sharedLimits } from "./confinement.ts";
import { isSameValue } from "./definition-changes.ts";
import { BACK_BELOW } from "./thresholds.ts";
import type { Turn } from "./turn.ts";
import { endOver, excessText, usedOf } from "./watch-limits.ts";

const WITHIN: GroupOver = { limits: [] };

export function groupMeasured(turn: Turn, input: InputOf<"group-measured">): void {
  const { project: name, group, members } = input;
  const project = turn.project(name);
  if (project === undefined) return;
  const watched = watchedTogether(turn, project, group);
  const before = overOf(project, group);
  const total = totalOf(members);
  const exceeded = watched.filter((it) => (usedOf(it, total) ?? 0) > it.value);
  const again = exceeded.filter(({ limit }) => before.limits.includes(limit as TreeLimit));
  const fatal = again.find(({ limit }) => limit !== "cpu");
  if (fatal !== undefined) endLargest(turn, group, fatal, members);
  const cpu = watched.find(({ limit }) => limit === "cpu");
  const isCpuTold = tellCpu(turn, { name, group, cpu, total, again, before });
  const left = exceeded.filter((it) => it !== fatal).map(({ limit }) => limit as TreeLimit);
  remember(turn, project, group, { limits: left, ...(isCpuTold ? { isCpuTold } : {}) });
}

/** Nobody watches over what is not limited any more. */
export function forgetUnwatched(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  for (const group of Object.keys(project?.overTogether ?? {})) {
    const now = turn.project(name);
    if (now === undefined || isWatchedTogether(turn, now, group)) continue;
    groupMeasured(turn, { kind: "group-measured", project: name, group, members: [] });
  }
}

function isWatchedTogether(turn: Turn, project: Project, group: string): boolean {
  return watchedTogether(turn, project, group).length > 0;
}

function watchedTogether(turn: Turn, { spec }: Project, group: string): readonly Limit[] {
  const { limits } = sharedLimits(spec, group, turn).shared;
  return isHeldBy(limits, "watch") ? limits.filter(({ by }) => by === "watch") : [];
}

/** One that ends already, or that another limit has just ended, is not ended again: less is used soon. */
function endLargest(
  turn: Turn,
  group: string,
  limit: Limit,
  members: readonly GroupMember[],
): void {
  const largest = members.toSorted(
    (one, other) => (usedOf(limit, other) ?? 0) - (usedOf(limit, one) ?? 0),
  )[0];
  const instance = largest === undefined ? undefined : turn.instance(largest.instance);
  const state = instance?.state;
  if (instance === undefined || (state?.kind !== "starting" && state?.kind !== "running")) return;
  if (state.run.id !== largest?.runId) return;
  const together = excessText(limit, totalOf(members));
  endOver(turn, instance, state.run, `of group ${group}, in which it uses most, ${together}`);
}

interface CpuNews {
  readonly name: ProjectName;
  readonly group: string;
  readonly cpu: Limit | undefined;
  readonly total: ReturnType<typeof totalOf>;
  readonly again: readonly Limit[];
  readonly before: GroupOver;
}

/** Whether it is told by now. */
function tellCpu(turn: Turn, { name, group, cpu, total, again, before }: CpuNews): boolean {
  const wasTold = before.isCpuTold === true;
  const used = (total.cpu ?? 0) / 100;
  const isTold = wasTold
    ? cpu !== undefined && used >= BACK_BELOW * cpu.value
    : cpu !== undefined && again.includes(cpu);
  if (isTold === wasTold) return isTold;
  const text =
    cpu === undefined
      ? "its cpu is not watched any more"
      : isTold
        ? excessText(cpu, total)
        : "cpu is back below its limit";
  turn.tell({
    type: isTold ? "resource.warning" : "resource.recovered",
    project: name,
    process: null,
    instance: null,
    instanceId: null,
    runId: null,
    data: { metric: "cpu", group, value: total.cpu, reason: `of group ${group}, ${text}` },
  });
  return isTold;
}

function overOf(project: Project, group: string): GroupOver {
  return own(project.overTogether ?? {}, group) ?? WITHIN;
}

/** Most of the time nothing is otherwise than it was, and nothing is written. */
function remember(turn: Turn, project: Project, group: string, over: GroupOver): void {
  if (isSameValue(over, overOf(project, group))) return;
  const { [group]: _, ...others } = project.overTogether ?? {};
  const all = isSameValue(over, WITHIN) ? others : { ...others, [group]: over };
  const { overTogether: __, ...within } = turn.project(project.spec.name) ?? project;
  turn.putProject(Object.keys(all).length === 0 ? within : { ...within, overTogether: all });
}

function totalOf(members: readonly GroupMember[]) {
  const sum = (value: (of: GroupMember) => number | null): number =>
    members.reduce((total, member) => total + (value(member) ?? 0), 0);
  return {
    memory: sum(({ memory }) => memory),
    cpu: Number(sum(({ cpu }) => cpu).toFixed(1)),
    threads: sum(({ threads }) => threads),
  };
}
