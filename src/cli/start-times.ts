/** How the latest start of each process went, by its events: when it was asked for, spawned, ready, and at its end. */

import type { WireEvent } from "../protocol/shapes.ts";

/** Milliseconds since 1970. Of several instances: from the first that was asked for to the last that was ready. */
export interface StartTime {
  readonly askedMs: number;
  readonly startedMs: number | null;
  /** Null: not yet, or never. */
  readonly readyMs: number | null;
  /** When it ended by itself, successfully. */
  readonly completedMs: number | null;
  /** Runs that it took until it was ready. */
  readonly tries: number;
}

type Times = { -readonly [K in keyof StartTime]: StartTime[K] };

/** After these an instance that is asked to start begins anew. */
const AT_REST: ReadonlySet<string> = new Set([
  "process.added",
  "process.stopped",
  "process.killed",
  "process.completed",
  "process.failed",
  "process.skipped",
  "process.scheduled",
]);

/** By process. What comes after an instance was ready, restarts above all, is not of its start. */
export function startTimes(events: Iterable<WireEvent>): Map<string, StartTime> {
  const instances = new Map<string, Times & { process: string }>();
  const resting = new Set<string>();
  for (const { type, process, instance, time } of events) {
    if (process === null) continue;
    const id = `${process}.${instance}`;
    const atMs = Date.parse(time);
    if (type === "process.pending" && (resting.has(id) || !instances.has(id))) {
      const unknown = { startedMs: null, readyMs: null, completedMs: null, tries: 0 };
      instances.set(id, { process, askedMs: atMs, ...unknown });
    }
    if (type === "process.removed") instances.delete(id);
    if (AT_REST.has(type)) resting.add(id);
    else resting.delete(id);
    const times = instances.get(id);
    if (times !== undefined) note(times, type, atMs);
  }
  const found = new Map<string, StartTime>();
  for (const { process, ...times } of instances.values()) {
    const others = found.get(process);
    found.set(process, others === undefined ? times : together(others, times));
  }
  return found;
}

function note(times: Times, type: string, atMs: number): void {
  if (type === "process.completed") times.completedMs ??= atMs;
  if (times.readyMs !== null) return;
  if (type === "process.started") {
    times.startedMs ??= atMs;
    times.tries += 1;
  } else if (type === "process.ready") {
    times.readyMs = atMs;
  }
}

function together(one: StartTime, other: StartTime): StartTime {
  return {
    askedMs: Math.min(one.askedMs, other.askedMs),
    startedMs: least(one.startedMs, other.startedMs),
    readyMs: greatest(one.readyMs, other.readyMs),
    completedMs: greatest(one.completedMs, other.completedMs),
    tries: Math.max(one.tries, other.tries),
  };
}

/** The first of what is known. */
function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** The last, once both are known. */
function greatest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}
