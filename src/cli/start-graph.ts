/** The graph of dependencies, and the path through it that a start-up had to wait for. */

import type { PublicState } from "../protocol/status.ts";
import type { StartTime } from "./start-times.ts";

export interface GraphNode {
  readonly process: string;
  /** Those of its instances, each once; none when nothing is known of it. */
  readonly states: readonly PublicState[];
  readonly dependsOn: readonly GraphEdge[];
  /** Who takes over when it cannot run. */
  readonly fallback: string | null;
  readonly start: StartTime | null;
}

export interface GraphEdge {
  readonly process: string;
  readonly condition: string;
  readonly required: boolean;
}

export interface CriticalPath {
  /** From when the first was asked for until the last was ready, or until now. */
  readonly totalMs: number;
  /** False: the last is not ready yet. */
  readonly isOver: boolean;
  readonly steps: readonly CriticalStep[];
}

export interface CriticalStep {
  readonly process: string;
  /** After the first was asked for. */
  readonly atMs: number;
  /** From when nothing but its turn was missing until it was spawned. */
  readonly waitedMs: number;
  /** From the spawn until the next one could go on. */
  readonly tookMs: number;
  /** What the next one waited for, `ready` at the end. */
  readonly until: string;
  readonly tries: number;
}

/** The path that ends with `last`, else with whatever was ready last. Null when nothing was started. */
export function criticalPath(
  nodes: readonly GraphNode[],
  nowMs: number,
  last: string | null = null,
): CriticalPath | null {
  const byName = new Map(nodes.map((node) => [node.process, node]));
  const ends = nodes
    .filter(({ process }) => last === null || process === last)
    .flatMap((node) => {
      const endMs = endOf(node, "ready") ?? (isUnderWay(node) ? nowMs : null);
      return endMs === null ? [] : [{ node, endMs }];
    })
    .toSorted((one, other) => other.endMs - one.endMs);
  const [end] = ends;
  if (end === undefined) return null;
  const path: { step: Omit<CriticalStep, "atMs">; fromMs: number }[] = [];
  let [at, endMs, until]: [GraphNode | undefined, number, string] = [end.node, end.endMs, "ready"];
  for (;;) {
    const { askedMs, startedMs, tries } = at?.start ?? NOT_STARTED;
    if (at === undefined || startedMs === null) break;
    const blocker = blockerOf(at, byName, askedMs, startedMs);
    const fromMs = blocker?.metMs ?? askedMs;
    const { process } = at;
    const [waitedMs, tookMs] = [Math.max(0, startedMs - fromMs), Math.max(0, endMs - startedMs)];
    path.unshift({ step: { process, waitedMs, tookMs, until, tries }, fromMs });
    if (blocker === null) break;
    [at, endMs, until] = [byName.get(blocker.process), blocker.metMs, blocker.condition];
  }
  const beganMs = path[0]?.fromMs ?? end.endMs;
  return {
    totalMs: end.endMs - beganMs,
    isOver: endOf(end.node, "ready") !== null,
    steps: path.map(({ step, fromMs }) => ({ ...step, atMs: fromMs - beganMs })),
  };
}

const NOT_STARTED = { askedMs: 0, startedMs: null, tries: 0 };

function isUnderWay({ start, states }: GraphNode): boolean {
  const hasBegun = start !== null && start.startedMs !== null;
  return hasBegun && states.some((state) => state === "starting" || state === "backoff");
}

/** The dependency that was met last, if it was met while the process waited. */
function blockerOf(
  { dependsOn }: GraphNode,
  byName: ReadonlyMap<string, GraphNode>,
  askedMs: number,
  startedMs: number,
): { readonly process: string; readonly condition: string; readonly metMs: number } | null {
  const met = dependsOn.flatMap(({ process, condition }) => {
    const node = byName.get(process);
    const metMs = node === undefined ? null : endOf(node, condition);
    if (metMs === null || metMs < askedMs || metMs > startedMs) return [];
    return [{ process, condition, metMs }];
  });
  return met.toSorted((one, other) => other.metMs - one.metMs)[0] ?? null;
}

/** When the condition was met; one that completed is as good as ready. */
function endOf({ start }: GraphNode, condition: string): number | null {
  if (start === null) return null;
  const { startedMs, readyMs, completedMs } = start;
  if (condition === "started") return startedMs;
  if (condition === "completed" || condition === "succeeded") return completedMs;
  return readyMs ?? completedMs;
}
