/** Whether the memory of a run grows and grows, by what is remembered of it. */

import {
  GROWTH_WITHIN_MS,
  memoryGrowth,
  type MemoryPoint,
  WARM_UP_MS,
} from "../core/memory-growth.ts";
import type { InstanceId } from "../model/ids.ts";
import type { Run } from "../model/state.ts";
import type { MemoryGrowth, Stretch } from "../model/use.ts";
import type { UseHistory } from "./use-history.ts";

const MINUTE_MS = 60_000;
/** As often as everything is measured. */
const GRAIN_MS = 20_000;

/** Null: it does not, as far as can be told. */
export function growthOf(
  history: UseHistory,
  id: InstanceId,
  { startedAtMs }: Pick<Run, "startedAtMs">,
  nowMs: number,
): MemoryGrowth | null {
  const sinceMs = Math.max(nowMs - GROWTH_WITHIN_MS, startedAtMs + WARM_UP_MS);
  return memoryGrowth(lowestByMinute(history.ofGrain(id, GRAIN_MS, sinceMs)));
}

function lowestByMinute(stretches: readonly Stretch[]): MemoryPoint[] {
  const lowest = new Map<number, number>();
  for (const { fromMs, memory } of stretches) {
    if (memory === null) continue;
    const atMs = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
    lowest.set(atMs, Math.min(memory.min, lowest.get(atMs) ?? memory.min));
  }
  return [...lowest].map(([atMs, bytes]) => ({ atMs, bytes }));
}
