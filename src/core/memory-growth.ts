/** Whether memory grows and grows, as with a leak. Rather silent than wrong: programs that collect garbage go up and down,
 *  and caches fill, so what counts is what is left at the lowest, and that it goes on. */

import type { MemoryGrowth } from "../model/use.ts";

export interface MemoryPoint {
  readonly atMs: number;
  readonly bytes: number;
}

/** The first minutes of a run, in which programs load what they need, are left out by who asks. */
export const WARM_UP_MS = 10 * 60_000;
/** As far back as is looked. */
export const GROWTH_WITHIN_MS = 60 * 60_000;
/** It must have gone on that long, and be known that often. */
const LONG_MS = 30 * 60_000;
const POINTS = 20;
/** In each of so many parts of the time the lowest point is above that of the part before: a program that comes back to
 *  where it was has not leaked. */
const PARTS = 8;
/** It has grown by that part, and by that much at least. */
const PART_GROWN = 0.1;
const BYTES_GROWN = 8_000_000;
/** Lately it still grew at that part of the pace of the whole time: a cache that is full does not. */
const PACE_KEPT = 0.5;

/** `points`: the lowest of each minute or so, oldest first. Null: it does not, as far as can be told. */
export function memoryGrowth(points: readonly MemoryPoint[]): MemoryGrowth | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < POINTS) return null;
  const durationMs = last.atMs - first.atMs;
  if (durationMs < LONG_MS) return null;
  const lowest = lowestOfParts(points, first.atMs, durationMs);
  const rises = lowest.every((bytes, at) => at === 0 || bytes > (lowest[at - 1] ?? 0));
  if (!rises) return null;
  const bytesPerMs = slope(points);
  const isMuch = bytesPerMs * durationMs >= Math.max(BYTES_GROWN, PART_GROWN * first.bytes);
  const lately = slope(points.filter(({ atMs }) => atMs >= first.atMs + durationMs / 2));
  if (!isMuch || lately < PACE_KEPT * bytesPerMs) return null;
  const bytesPerHour = Math.round(bytesPerMs * 3_600_000);
  return { bytesPerHour, fromBytes: first.bytes, toBytes: last.bytes, durationMs };
}

/** Of a part in which nothing was measured nothing is known to rise. */
function lowestOfParts(points: readonly MemoryPoint[], fromMs: number, ms: number): number[] {
  const lowest = Array.from({ length: PARTS }, () => Number.POSITIVE_INFINITY);
  for (const { atMs, bytes } of points) {
    const part = Math.min(PARTS - 1, Math.floor((PARTS * (atMs - fromMs)) / ms));
    lowest[part] = Math.min(lowest[part] ?? bytes, bytes);
  }
  return lowest;
}

/** Theil and Sen: the median of the slopes between any two points, which no outlier moves. */
function slope(points: readonly MemoryPoint[]): number {
  const slopes = points.flatMap((one, at) =>
    points.slice(at + 1).flatMap((other) => {
      const ms = other.atMs - one.atMs;
      return ms > 0 ? (other.bytes - one.bytes) / ms : [];
    }),
  );
  slopes.sort((one, other) => one - other);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
