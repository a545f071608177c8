/** Which events tell of something that lasts, how bad it is, and which events end it. Every other event is over as
 *  soon as it is told. */

import type { AlertCondition } from "../model/alerts.ts";

/** What alerts look at of a fact. */
export interface Happening {
  readonly type: string;
  readonly runId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Opening {
  /** Of the same kind there is one at a time: a worse one takes the place of one that is not so bad. */
  readonly kind: string;
  readonly level: number;
}

/** The levels are comparable among kinds. */
const LASTING: Readonly<Record<string, Opening>> = {
  "process.backoff": { kind: "process", level: 1 },
  "process.failed": { kind: "process", level: 3 },
  "process.skipped": { kind: "skipped", level: 2 },
  "process.suspended": { kind: "suspended", level: 2 },
  "health.warning": { kind: "health", level: 1 },
  "health.critical": { kind: "health", level: 2 },
  "health.failed": { kind: "health", level: 3 },
  "resource.warning": { kind: "resource", level: 1 },
  "resource.critical": { kind: "resource", level: 2 },
  "log.dropped": { kind: "output", level: 1 },
};

const DONE = ["process.completed", "process.stopped", "process.killed"];
const UNDER_WAY = ["process.pending", "process.started", "process.ready", "process.failed"];

/** What divides a kind: output of one stream is dropped apart from that of the other, and memory is no CPU time. */
const PART: Readonly<Record<string, string>> = { output: "stream", resource: "metric" };

/** The types that end each kind. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  process: [...DONE, "process.ready"],
  skipped: [...DONE, ...UNDER_WAY],
  suspended: [...DONE, ...UNDER_WAY],
  health: [...DONE, "health.healthy", "health.recovered"],
  resource: DONE,
  output: ["process.exited", "process.adopted"],
};

/** True for types that open a condition, and so have an end. */
export function lasts(type: string): boolean {
  return Object.hasOwn(LASTING, type);
}

/** The condition that a fact opens: what it is called, and how bad it is. Null when it opens none. */
export function openingOf({ type, data }: Happening): Opening | null {
  const opening = lasts(type) ? LASTING[type] : undefined;
  if (opening === undefined || data["isOver"] === true) return null;
  const part = data[PART[opening.kind] ?? ""];
  return typeof part === "string" ? { ...opening, kind: `${opening.kind}-${part}` } : opening;
}

/** Whether a fact ends a condition of that kind. */
export function ends(fact: Happening, kind: string, condition: AlertCondition): boolean {
  const [family = kind, part] = kind.split("-");
  const isSamePart = part !== undefined && fact.data[PART[family] ?? ""] === part;
  if (fact.type === "resource.recovered") return family === "resource" && isSamePart;
  // A run beside another says nothing of that one.
  if (fact.data["beside"] !== undefined && family !== "output") return false;
  if (fact.type === "process.removed" || ENDS[family]?.includes(fact.type) === true) return true;
  if (fact.type === "log.dropped") return isSamePart && fact.data["isOver"] === true;
  // What a run suffered from is over with a new run, once that is ready.
  const isOfRun = family === "health" || family === "resource";
  const isNew = fact.type === "process.ready" || fact.type === "process.reloaded";
  return isOfRun && isNew && fact.runId !== condition.runId;
}
