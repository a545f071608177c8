/** How much CPU time a tree of processes has used between two looks at it. */

/** What one process has used, and those of its children that it has noticed to have ended (`wait`). */
export interface ProcessTime {
  readonly ownMs: number;
  readonly childrenMs: number;
}

export type CpuTime =
  /** The kernel adds up what all have used that ever were in the tree. */
  | { readonly kind: "sum"; readonly ms: number }
  /** By process, under what names it for good. */
  | { readonly kind: "processes"; readonly times: ReadonlyMap<string, ProcessTime> };

/** All that is known of. */
export function totalMs(cpu: CpuTime): number {
  if (cpu.kind === "sum") return cpu.ms;
  let sum = 0;
  for (const { ownMs, childrenMs } of cpu.times.values()) sum += ownMs + childrenMs;
  return sum;
}

/** Null when the two do not compare. Without sums, what a process used after the first look is lost when it has ended and
 *  its parent is not of the tree. */
export function usedMs(before: CpuTime, after: CpuTime): number | null {
  if (before.kind === "sum" && after.kind === "sum") return Math.max(0, after.ms - before.ms);
  if (before.kind === "sum" || after.kind === "sum") return null;
  let own = 0;
  let children = 0;
  for (const [name, time] of after.times) {
    const known = before.times.get(name);
    own += time.ownMs - (known?.ownMs ?? 0);
    children += time.childrenMs - (known?.childrenMs ?? 0);
  }
  // A child that has ended brings its whole life to its parent: what was counted of it before is not counted again.
  for (const [name, time] of before.times) {
    if (!after.times.has(name)) children -= time.ownMs + time.childrenMs;
  }
  return Math.max(0, own) + Math.max(0, children);
}
