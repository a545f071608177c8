/** Shapes on the wire beside the status object; contract, "Shapes". Times are ISO 8601 in UTC. */

import type { ErrorCode, Problem } from "../model/errors.ts";
import type { ProbeHistory } from "../model/probe.ts";
import type { JournalEvent } from "../model/events.ts";
import type { Listening } from "./listen.ts";
import type { PublicState, Status } from "./status.ts";
import type { WireMetric } from "./told-metrics.ts";

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
  /** Which files cannot be watched, or not at once, and why: `shop/api: src: it is not there`. Absent in answers of
   *  earlier versions. */
  readonly watchLimits?: readonly string[];
  /** Where it listens besides its socket; null: nowhere. Absent in answers of earlier versions. */
  readonly listening?: Listening | null;
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

/** What comes back of a project after a reboot. */
export interface SavedSet {
  readonly project: string;
  /** The processes that come back; null: those that are up when the machine goes down. */
  readonly processes: readonly string[] | null;
}

/** What `doctor` has found: one for each thing that it has looked at. */
export interface Finding {
  /** What was looked at: `home`, `open files` … */
  readonly check: string;
  /** `warning`: it works, with less than is promised or for a while; `error`: it does not. */
  readonly level: "ok" | "warning" | "error";
  readonly message: string;
  /** What to do about it; null when nothing need be done. */
  readonly fix: string | null;
}

export interface Diagnosis {
  /** No finding is an error. */
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
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
  /** What it measures of itself. */
  readonly metrics: readonly WireMetric[];
  readonly tree: readonly ProcessNode[];
  readonly listening: readonly number[];
  /** What the present run is held to. Absent: the daemon is of an earlier release. */
  readonly limits?: readonly WireLimit[];
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
  /** What is watched of its files by now; null when nothing is. Absent in answers of earlier versions. */
  readonly watching?: WireWatch | null;
  /** How it shares its port; null when it does not. Absent in answers of earlier versions. */
  readonly sharing?: WireSharing | null;
}

/** A port that instances share, as seen by one of them. */
export interface WireSharing {
  readonly mode: "proxy" | "reuseport";
  /** Null: the kernel decides. */
  readonly algorithm: string | null;
  /** Null: the program decides. */
  readonly host: string | null;
  readonly port: number;
  /** Its own. */
  readonly ownPort: number | null;
  /** Nobody has said how: it is what several instances with a port do. */
  readonly isDefault: boolean;
  /** It is given new connections. */
  readonly isOpen: boolean;
  /** Connections to it, and to the port that nobody has taken yet; null when that cannot be told. */
  readonly connections: number | null;
  readonly waiting: number | null;
  /** Why the port is not listened on; null when it is, or need not be. */
  readonly trouble: string | null;
}

export interface WireWatch {
  readonly files: number;
  readonly directories: number;
  /** Why not all of it is watched, or only looked at now and then; null when it is. */
  readonly limited: string | null;
}

/** A limit that is in force. */
export interface WireLimit {
  /** `memory` in bytes, `cpu` in cores, `pids`, `openFiles`, `nice`. */
  readonly limit: string;
  readonly value: number;
  /** `cgroup`, `rlimit`, `priority`, `watch`; `nothing`: from the next start on. */
  readonly by: string;
  /** The group that shares it; null: it is the run's own. */
  readonly group: string | null;
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
