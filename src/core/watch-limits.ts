/** Limits that are only watched: a run that was over one in two measurements in a row has failed. */

import type { Limit } from "../model/confinement.ts";
import type { InstanceId } from "../model/ids.ts";
import type { GroupMember, InstanceInputOf } from "../model/inputs.ts";
import type { Instance, Run } from "../model/state.ts";
import { bytesText } from "../model/use-text.ts";
import type { UseThreshold } from "../model/use.ts";
import { beginStop, blame, move } from "./moves.ts";
import type { Turn } from "./turn.ts";

/** Two measurements, of which there is one a second. */
const CPU_FOR_MS = 1_000;

type Used = Pick<GroupMember, "memory" | "cpu" | "threads">;

/** Limits whose excess ends runs. CPU time is no harm that an end would undo: that is told of, see `cpuThreshold`. */
export function overLimits(
  turn: Turn,
  id: InstanceId,
  { memory, cpu, threads = null }: Pick<InstanceInputOf<"measured">, "memory" | "cpu" | "threads">,
): void {
  const instance = turn.instance(id);
  const state = instance?.state;
  if (instance === undefined || (state?.kind !== "starting" && state?.kind !== "running")) return;
  const { run } = state;
  const watched = run.confinement?.own.filter(({ limit, by }) => by === "watch" && limit !== "cpu");
  if (watched === undefined || watched.length === 0) return;
  const before = new Set(run.over);
  const values = { memory, cpu, threads };
  const exceeded = watched.filter((it) => isOver(it, values, before.has(it.limit)));
  const again = exceeded.find((it) => before.has(it.limit) && usedOf(it, values) !== null);
  if (again !== undefined) return endOver(turn, instance, run, excessText(again, values));
  if (exceeded.length === before.size && exceeded.every((it) => before.has(it.limit))) return;
  const { over: _, ...within } = run;
  const limits = exceeded.map(({ limit }) => limit);
  const marked: Run = limits.length === 0 ? within : { ...within, over: limits };
  move(turn, instance, { ...state, run: marked });
}

/** The run has failed; its restart policy decides what follows. */
export function endOver(turn: Turn, instance: Instance, run: Run, fault: string): void {
  blame(turn, beginStop(turn, instance, run, "over-limit", null), fault);
}

/** What is over a limit of CPU time that is only watched is told like what is over a threshold. */
export function cpuThreshold(
  given: UseThreshold | undefined,
  { confinement }: Pick<Run, "confinement">,
): UseThreshold | undefined {
  const limit = confinement?.own.find((it) => it.limit === "cpu" && it.by === "watch");
  if (limit === undefined) return given;
  const warning = Math.min(percentOf(limit), given?.warning ?? Number.POSITIVE_INFINITY);
  return { forMs: CPU_FOR_MS, ...given, warning };
}

/** In the unit of the limit; null: not known. */
export function usedOf({ limit }: Limit, { memory, cpu, threads }: Used): number | null {
  switch (limit) {
    case "memory":
      return memory;
    case "cpu":
      return cpu === null ? null : cpu / 100;
    case "pids":
      return threads;
    default:
      return null;
  }
}

/** `memory is 600 MB, over its limit of 512 MB`. */
export function excessText(limit: Limit, used: Used): string {
  const value = usedOf(limit, used) ?? 0;
  switch (limit.limit) {
    case "memory":
      return `memory is ${bytesText(value)}, over its limit of ${bytesText(limit.value)}`;
    case "cpu":
      return `cpu is ${percentOf({ value })} %, over its limit of ${percentOf(limit)} %`;
    default:
      return `it has ${value} processes and threads, over its limit of ${limit.value}`;
  }
}

function percentOf({ value }: Pick<Limit, "value">): number {
  return Number((100 * value).toFixed(1));
}

/** What is not known is as it was. */
function isOver(limit: Limit, values: Used, wasOver: boolean): boolean {
  const used = usedOf(limit, values);
  return used === null ? wasOver : used > limit.value;
}
