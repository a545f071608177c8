/** What instances have used lately: the coarser, the longer ago. Of each stretch of time the least, the most and the mean
 *  are kept. */

import { limits } from "../model/limits.ts";
import type { InstanceId } from "../model/ids.ts";
import { METRICS, type Metric, type Span, type Stretch, type Use } from "../model/use.ts";
import { Ring } from "./use-ring.ts";

/** From fine to coarse. An instance that was measured for a day takes 39 KB. */
export const TIERS = [
  { everyMs: 1_000, points: 300 },
  { everyMs: 20_000, points: 360 },
  { everyMs: 120_000, points: 720 },
] as const;

/** As far back as anything is kept. */
export const HISTORY_MS = Math.max(...TIERS.map(({ everyMs, points }) => everyMs * points));

export class UseHistory {
  /** The rings of each instance, one for each tier. */
  readonly #rings = new Map<InstanceId, readonly Ring[]>();

  /** Of more instances than there is room for, the later ones have no history. */
  note(id: InstanceId, use: Use): void {
    const rings = this.#rings.get(id) ?? this.#make(id);
    const values = { memory: use.memoryBytes, cpu: use.cpuPercent };
    for (const ring of rings) ring.note(use.atMs, values);
  }

  /** What is kept of the time since `sinceMs`, oldest first, as finely as it goes back that far. Stretches of a coarser
   *  tier begin before `sinceMs`, where nothing finer is kept. */
  stretches(id: InstanceId, sinceMs: number, nowMs: number): readonly Stretch[] {
    const rings = this.#rings.get(id) ?? [];
    const at = TIERS.findIndex(({ everyMs, points }) => nowMs - sinceMs <= everyMs * points);
    return rings.at(at)?.since(sinceMs) ?? [];
  }

  /** Of the tier with that grain, or a finer one. */
  ofGrain(id: InstanceId, grainMs: number, sinceMs: number): readonly Stretch[] {
    const at = TIERS.findLastIndex(({ everyMs }) => everyMs <= grainMs);
    return this.#rings.get(id)?.at(at)?.since(sinceMs) ?? [];
  }

  /** Nothing is remembered of other instances any more. */
  keep(ids: { has(id: InstanceId): boolean }): void {
    for (const id of this.#rings.keys()) if (!ids.has(id)) this.#rings.delete(id);
  }

  /** All of it, to be written down. */
  entries(): IterableIterator<[InstanceId, readonly Ring[]]> {
    return this.#rings.entries();
  }

  restore(id: InstanceId, rings: readonly Ring[]): void {
    if (rings.length === TIERS.length && !this.#isFull()) this.#rings.set(id, rings);
  }

  #make(id: InstanceId): readonly Ring[] {
    if (this.#isFull()) return [];
    const rings = TIERS.map(({ everyMs, points }) => new Ring(everyMs, points));
    this.#rings.set(id, rings);
    return rings;
  }

  #isFull(): boolean {
    return this.#rings.size >= limits.instancesWithHistory;
  }
}

/** Null where nothing is known of it. */
export function spanOf(stretches: readonly Stretch[], metric: Metric): Span | null {
  const known = stretches.flatMap((it) => it[metric] ?? []);
  if (known.length === 0) return null;
  return {
    min: Math.min(...known.map(({ min }) => min)),
    mean: known.reduce((sum, { mean }) => sum + mean, 0) / known.length,
    max: Math.max(...known.map(({ max }) => max)),
  };
}

/** At most so many, each of several of those there are. */
export function thinned(stretches: readonly Stretch[], most: number): readonly Stretch[] {
  const size = Math.ceil(stretches.length / most);
  if (size <= 1) return stretches;
  return Array.from({ length: Math.ceil(stretches.length / size) }, (_, nth) => {
    const group = stretches.slice(nth * size, (nth + 1) * size);
    const spans = METRICS.map((metric) => [metric, spanOf(group, metric)] as const);
    return { fromMs: group[0]?.fromMs ?? 0, ...Object.fromEntries(spans) } as Stretch;
  });
}
