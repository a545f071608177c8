/** The types of what a `ProcessManager` is made of, apart from how it is done: who imports the library gets its types
 *  from its sources, and the platform is no part of them. */

import type { ProcmanError } from "../model/errors.ts";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { RestartSpec } from "../model/spec.ts";
import type { Clock, Gauge, ObservedExit } from "../supervisor/ports.ts";
import type { CheckedConfig } from "./process-config.ts";

export type StreamName = "stdout" | "stderr";

/** From its spawn until nothing of its tree is left and all that it wrote was read. */
export interface OneRun {
  readonly runId: RunId;
  readonly leader: ProcessIdentity;
  readonly startedMonoMs: number;
  /** Resolves when nothing of its tree is left and its output was read. */
  readonly ended: Promise<ObservedExit>;
  /** Resolves, if ever, with the pids of those that outlive SIGKILL. */
  readonly stuck: Promise<readonly number[]>;
  /** SIGTERM to its group, SIGKILL to all of its tree after the grace. Asked again, the shorter grace holds. */
  stop(graceMs: number): void;
}

/** How a run ended. */
export interface ProcessExit {
  /** Null when a signal has ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

export type Life =
  | { readonly kind: "running"; readonly run: OneRun }
  /** For its restart. */
  | { readonly kind: "waiting"; readonly exit: ProcessExit | null }
  | EndedLife;

export interface EndedLife {
  readonly kind: "ended";
  /** Of the last run; null when there was none, because it could not be started. */
  readonly exit: ProcessExit | null;
  /** It did what it was for, or was stopped. */
  readonly isWell: boolean;
  /** Why it was given up, or could not be started. */
  readonly error: ProcmanError | null;
}

/** Told of it as it happens. */
export interface LifeListener {
  wrote(stream: StreamName, data: string): void;
  started(run: OneRun, restarts: number): void;
  exited(run: OneRun, exit: ProcessExit, willRestart: boolean): void;
  failed(error: ProcmanError): void;
}

/** One process, run after run. */
export interface Managed {
  readonly life: Life;
  readonly restarts: number;
  /** Resolves when it has ended for good, and never rejects. */
  readonly ended: Promise<EndedLife>;
  readonly lines: Readonly<Record<StreamName, { last(count: number): string[] }>>;
  /** Resolves when nothing of it is left; with false when that was so before. Rejects when something of it outlives
   *  SIGKILL. */
  stop(graceMs: number): Promise<boolean>;
}

export interface Machinery {
  readonly clock: Clock;
  readonly gauge: Gauge;
  readonly guard: {
    /** To be called before anything is started. */
    begin(): void;
    /** A group, by the pid of its leader. */
    add(group: number): void;
    /** Nothing of the group is left. */
    remove(group: number): void;
    /** Nothing is to be guarded. */
    end(): void;
  };
  /** Its first run is there when this returns. */
  start(request: StartRequest): Managed;
}

export interface StartRequest {
  readonly id: string;
  readonly config: CheckedConfig;
  readonly restart: RestartSpec;
  readonly listener: LifeListener;
}
