/** Shapes on the wire beside the status object; contract, "Shapes". Times are ISO 8601 in UTC. */

import type { ErrorCode, Problem } from "../model/errors.ts";
import type { ProbeHistory } from "../model/probe.ts";
import type { JournalEvent } from "../model/events.ts";
import type { PublicState, Status } from "./status.ts";

/** The result of an action, one for each instance. */
export interface ActionResult {
  readonly id: string;
  readonly action: string;
  readonly ok: boolean;
  readonly changed: boolean;
  readonly state: PublicState | null;
  readonly pid: number | null;
  readonly error: WireProblem | null;
}

export interface WireProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The body of an answer that is an error. */
export interface ErrorDocument {
  readonly error: WireProblem;
}

export interface WireEvent {
  readonly seq: number;
  readonly time: string;
  readonly type: string;
  readonly project: string | null;
  readonly process: string | null;
  readonly instance: number | null;
  readonly runId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DaemonStatus {
  readonly version: string;
  readonly protocol: number;
  readonly pid: number;
  readonly startTicks: string;
  readonly home: string;
  readonly startedAt: string;
  readonly bunVersion: string;
  /** Projects known, and instances by state. */
  readonly projects: number;
  readonly instances: Readonly<Partial<Record<PublicState, number>>>;
  readonly lastSeq: number;
  readonly memoryBytes: number;
}

/** Whether all that is meant to be up is ready and well; the answer of `health`. */
export interface HealthSurvey {
  readonly healthy: boolean;
  readonly processes: readonly HealthRow[];
}

export interface HealthRow extends Pick<
  Status,
  "id" | "state" | "health" | "ready" | "reason" | "since"
> {
  /** Null: it is not meant to be up. */
  readonly ok: boolean | null;
}

/** What one probe of the present run has come to. */
export interface WireProbe {
  readonly purpose: "ready" | "health";
  readonly kind: string;
  readonly tries: number;
  /** The last few, oldest first. */
  readonly answers: readonly {
    readonly time: string;
    readonly passed: boolean;
    readonly text: string;
    readonly tookMs: number;
  }[];
}

/** Everything about one instance. */
export interface Inspection {
  readonly status: Status;
  /** The resolved definition, without environment values. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Null unless asked for. */
  readonly env: Readonly<Record<string, string>> | null;
  readonly envNames: readonly string[];
  readonly events: readonly WireEvent[];
  readonly probes: readonly WireProbe[];
  readonly tree: readonly ProcessNode[];
  readonly listening: readonly number[];
  readonly lastExit: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly known: boolean;
    readonly at: string;
  } | null;
  readonly dependsOn: readonly {
    readonly process: string;
    readonly condition: string;
    readonly state: readonly PublicState[];
  }[];
  readonly dependents: readonly string[];
}

export interface ProcessNode {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

export function wireEvent(event: JournalEvent): WireEvent {
  const { seq, atMs, type, project, process, instance, runId, data } = event;
  const time = new Date(atMs).toISOString();
  return { seq, time, type, project, process, instance, runId, data };
}

export function wireProbe({ purpose, kind, tries, answers }: ProbeHistory): WireProbe {
  const shown = answers.map(({ atMs, passed, text, tookMs }) => {
    return { time: new Date(atMs).toISOString(), passed, text, tookMs };
  });
  return { purpose, kind, tries, answers: shown };
}

export function errorDocument({ code, message, hint, details }: Problem): ErrorDocument {
  return { error: { code, message, hint, details } };
}
