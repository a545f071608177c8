/** Probes: what is asked of a process to find out whether it is ready, or well, and what it answered. */

import type { CommandSpec, Template } from "./command.ts";
import type { Metric, UseLevels } from "./use.ts";

/** Both ends are good. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface HttpCheck {
  readonly kind: "http";
  readonly url: Template;
  /** Absent: GET. */
  readonly method?: string;
  /** Absent: 200 to 299. */
  readonly statuses?: readonly StatusRange[];
  readonly headers?: Readonly<Record<string, Template>>;
  /** A regular expression that the body has to match. */
  readonly body?: string;
  readonly tls?: {
    /** Absolute path of the certificates to trust, as PEM; absent: those of the system. */
    readonly ca?: string;
    /** True: any certificate will do. */
    readonly insecure?: boolean;
  };
}

/** What a line that matches, or what a process uses, says of one that was well. */
export const LOG_MEANINGS = ["warning", "critical", "failed"] as const;
export type LogMeaning = (typeof LOG_MEANINGS)[number];

export interface LogCheck {
  readonly kind: "log";
  /** A regular expression, matched against each line. */
  readonly pattern: string;
  /** Absent: both. */
  readonly stream?: "stdout" | "stderr";
  /** Of health probes, whose pattern is one of trouble. Absent: `warning`. */
  readonly means?: LogMeaning;
}

/** What a look through output has come to. */
export interface Looked {
  /** The first since the last look that matches; null when none does. */
  readonly line: string | null;
  /** Why lines could not be looked at, as a clause; null when all were. */
  readonly unsearched: string | null;
}

/** From where on what the run uses says that it is not well. */
export interface ProbeLevels extends UseLevels {
  readonly unhealthy?: number;
}

export type ResourceCheck = { readonly kind: "resource" } & Readonly<
  Partial<Record<Metric, ProbeLevels>>
>;

export type ProbeCheck =
  | HttpCheck
  /** `3000` or `host:port`. */
  | { readonly kind: "tcp"; readonly address: Template }
  | { readonly kind: "exec"; readonly command: CommandSpec }
  | LogCheck
  /** The run says so itself, over its channel. */
  | { readonly kind: "ipc" }
  | ResourceCheck;

export interface ProbePace {
  /** From the end of one attempt to the next, give or take a tenth. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Successes in a row that count as one. Absent: 1. */
  readonly successThreshold?: number;
}

export type TriedProbe = ProbeCheck & ProbePace;

export type ReadyTry = TriedProbe & {
  /** So many failures in a row fail the run. Absent: none do. */
  readonly failureThreshold?: number;
};

export type ReadyProbe = ReadyTry | { readonly kind: "after"; readonly afterMs: number };

export type HealthProbe = TriedProbe & {
  /** Failures that soon after the start of the run do not count. */
  readonly startPeriodMs: number;
  /** So many failures in a row fail the run. */
  readonly failureThreshold: number;
};

/** What one attempt came to. */
export interface ProbeAnswer {
  readonly passed: boolean;
  /** A clause: `GET http://127.0.0.1:3000/ answered 503`. */
  readonly text: string;
  readonly atMs: number;
  readonly tookMs: number;
}

/** What one probe of a run has come to lately. */
export interface ProbeHistory {
  readonly purpose: "ready" | "health";
  readonly kind: ReadyProbe["kind"];
  /** Attempts since it began, those that could not count left out. */
  readonly tries: number;
  /** The last few, oldest first. */
  readonly answers: readonly ProbeAnswer[];
}
