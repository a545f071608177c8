/** The course that something took, as a row of bars. */

import type { StatsHistory } from "../../protocol/stats.ts";

export interface CourseSpan {
  /** In milliseconds. */
  readonly from: number;
  readonly until: number;
  /** What has no height. */
  readonly floor: number;
  /** Each is a part of the time, and its height the mean of it. */
  readonly cells: number;
}

/** Points are no farther apart than that while a process is measured. */
const GAP_MS = 25_000;

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Of CPU time from nothing to the most, of memory from the least to the most. Blank where nothing was measured. */
export function courseOf(
  points: StatsHistory["points"],
  key: "cpuPercent" | "memoryBytes",
  { from, until, floor, cells: count }: CourseSpan,
): string {
  const cells = Array.from({ length: count }, (): number[] => []);
  const cellOf = (ms: number): number => {
    const part = (ms - from) / Math.max(1, until - from);
    return Math.max(0, Math.min(count - 1, Math.floor(part * count)));
  };
  for (const [at, point] of points.entries()) {
    const value = point[key];
    if (value === null) continue;
    const beganMs = Date.parse(point.time);
    const nextMs = Date.parse(points[at + 1]?.time ?? point.time);
    const last =
      nextMs - beganMs > GAP_MS ? cellOf(beganMs) : Math.max(cellOf(beganMs), cellOf(nextMs) - 1);
    for (let cell = cellOf(beganMs); cell <= last; cell += 1) cells[cell]?.push(value);
  }
  const means = cells.map((all) =>
    all.length === 0 ? null : all.reduce((sum, value) => sum + value, 0) / all.length,
  );
  const height = Math.max(...means.map((mean) => (mean ?? floor) - floor));
  return means
    .map((mean) => {
      if (mean === null) return " ";
      const part = height > 0 ? (mean - floor) / height : 0;
      return BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(part * BARS.length)))];
    })
    .join("")
    .trimEnd();
}
