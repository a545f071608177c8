/** What the core is told: what operators ask, and what the world reports. Past tense reports, "asked" asks. */

import type { AlertKey, Notice, ReceiverKind } from "./alerts.ts";
import type { InstanceId, ProcessName, ProjectName, RunId } from "./ids.ts";
import type { BalanceSpec } from "./balance.ts";
import type { Fact } from "./events.ts";
import type { RuntimeUpdates } from "./known-project.ts";
import type { LogMeaning } from "./probe.ts";
import type { ProcessSpec, ProjectSpec } from "./spec.ts";
import type { Exit, Lease } from "./state.ts";
import type { MemoryGrowth, Metric } from "./use.ts";
import type { ChangedFiles } from "./watch.ts";

/** The same process, as the kernel sees it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

export interface SpawnError {
  /** `ENOENT`, `EACCES`, `EAGAIN`, `EUSER` (no such user), `ECWD` (no such directory), `EHOOK`, `ECANCELED` (see `cancel-start`), `ETEMPLATE` … */
  readonly code: string;
  /** One sentence with the cause and, where there is one, the next step. */
  readonly message: string;
  /** True for shortages that pass by themselves (processes, descriptors, memory). */
  readonly transient: boolean;
  /** Who has the port that it needs, when that was started in a run. */
  readonly leftover?: Leftover;
}

/** A process that carries the id of a run, which may be over, and listens on a port that another run needs. */
export interface Leftover {
  readonly runId: RunId;
  readonly listener: ProcessIdentity;
  /** All that carry the id of that run, the listener included. */
  readonly relatives: readonly ProcessIdentity[];
  /** `PROCMAN_DATA_DIR` of its environment, which tells the home; null when it has none. */
  readonly dataDirectory: string | null;
}

export interface HealthReport {
  readonly kind: "probed";
  /** The index of the probe in the definition. */
  readonly probe: number;
  readonly passed: boolean;
  /** What a line of output says, or what it uses; null for a probe of another kind, and for one that passed. */
  readonly means: LogMeaning | null;
  readonly answer: string;
}

/** News of one run. News of a run that is over changes nothing. */
export type RunReport =
  | { readonly kind: "spawned"; readonly identity: ProcessIdentity; readonly adopted: boolean }
  /** Instead of spawning: a process that runs already, and that the definition means. */
  | { readonly kind: "stranger-found"; readonly identity: ProcessIdentity }
  | { readonly kind: "spawn-failed"; readonly error: SpawnError }
  /** What held its port is gone. */
  | { readonly kind: "leftover-cleared" }
  | { readonly kind: "ready" }
  /** A ready probe has failed too often in a row: what it said last. */
  | { readonly kind: "never-ready"; readonly answer: string }
  /** Its ready probes were ended before all had passed: what they said last. */
  | { readonly kind: "probed-in-vain"; readonly answer: string }
  /** An attempt of a health probe, as far as it can matter: of many successes in a row only the first are told. */
  | HealthReport
  /** What its tree uses, while it has thresholds or limits that are watched. Null: not known. */
  | ({ readonly kind: "measured"; readonly threads?: number | null } & Readonly<
      Record<Metric, number | null>
    >)
  /** It cannot be held to its limits while it runs. */
  | { readonly kind: "unconfined"; readonly reason: string }
  /** Its memory has grown for a long time, and does not stop. */
  | ({ readonly kind: "growth-seen" } & MemoryGrowth)
  | { readonly kind: "exited"; readonly exit: Exit }
  /** The hook before the stop is over, and the signal was sent, or it was asked to stop. */
  | { readonly kind: "signalled" }
  /** It could not be asked to stop. */
  | { readonly kind: "unasked" }
  | { readonly kind: "survivors-seen"; readonly pids: readonly number[] }
  /** A hook that must not go wrong did. `reason` ends a sentence about it. */
  | { readonly kind: "hook-failed"; readonly what: string; readonly reason: string }
  /** `killed`: something of it had to be. */
  | { readonly kind: "cleaned"; readonly killed: boolean };

/** What a run of a group uses. */
export interface GroupMember extends Readonly<Record<Metric, number | null>> {
  readonly instance: InstanceId;
  readonly runId: RunId;
  readonly threads: number | null;
}

/** What an operator asks of one instance. */
export type InstanceRequest =
  /** `gated` false starts it without waiting for dependencies. */
  | {
      readonly kind: "start-asked";
      readonly gated: boolean;
      readonly lease: string | null;
      /** Also what has a schedule is run now. Absent: it is run when its time comes. */
      readonly now?: true;
    }
  /** `timeoutMs` replaces the process's own grace. */
  | {
      readonly kind: "stop-asked";
      readonly timeoutMs: number | null;
      /** It stops because everything does: it may come back with everything. */
      readonly withEverything?: true;
    }
  /** `because` is told with it. */
  | { readonly kind: "restart-asked"; readonly because?: Fact["data"] }
  /** Replace what runs by a run of the definition as it is, once that is ready; what does not run is started. */
  | { readonly kind: "reload-asked"; readonly because?: Fact["data"] }
  /** Take over a process that runs already, instead of starting one. */
  | { readonly kind: "adopt-asked"; readonly identity: ProcessIdentity }
  | { readonly kind: "kill-asked"; readonly withEverything?: true }
  | { readonly kind: "remove-asked"; readonly timeoutMs: number | null }
  | { readonly kind: "reset-asked" };

export type InstanceInput =
  | RunReport
  | InstanceRequest
  /** Files that it watches. */
  | ({ readonly kind: "files-changed" } & ChangedFiles)
  /** A deadline of the instance's state may have passed. */
  | { readonly kind: "clock-moved" };

export type InstanceInputKind = InstanceInput["kind"];
export type InstanceInputOf<K extends InstanceInputKind> = Extract<InstanceInput, { kind: K }>;

export type Input =
  | {
      readonly kind: "project-defined";
      readonly spec: ProjectSpec;
      readonly profiles: readonly string[];
      /** The runtime updates that `spec` was read with. A process with others by now keeps its definition. */
      readonly updates: Readonly<Record<ProcessName, RuntimeUpdates>>;
      /** The processes that are meant: others that are there already stay as they are. Null means all. */
      readonly only: readonly ProcessName[] | null;
      readonly callerEnv: Readonly<Record<string, string>>;
      /** Renew the stored environment of processes that are there already. */
      readonly updateEnv: boolean;
      /** Stop and forget the processes that the definition no longer has. */
      readonly prune: boolean;
      /** Whether its processes watch their files from now on; absent: as before. */
      readonly watches?: boolean;
      /** What runs by an old definition is reloaded, where it can be. Absent: it is restarted. */
      readonly reloads?: true;
    }
  /** A process that no configuration has; `project` is how its project begins if it is not there yet. */
  | {
      readonly kind: "ad-hoc-defined";
      readonly project: ProjectSpec;
      readonly process: ProcessSpec;
      readonly callerEnv: Readonly<Record<string, string>>;
    }
  /** Stop these and forget them; the project goes with its last process. */
  | {
      readonly kind: "processes-retired";
      readonly project: ProjectName;
      readonly processes: readonly ProcessName[];
      /** Replaces each process's own grace. */
      readonly timeoutMs: number | null;
    }
  /** What the runs of a group use, while it has limits that are watched. Null: not known. */
  | {
      readonly kind: "group-measured";
      readonly project: ProjectName;
      readonly group: string;
      readonly members: readonly GroupMember[];
    }
  | {
      readonly kind: "scale-asked";
      readonly project: ProjectName;
      readonly process: ProcessName;
      readonly instances: number;
      /** How they share the port then. Absent: as before, or not at all. */
      readonly balance?: BalanceSpec;
    }
  /** A runtime update of one process. Nothing happens when it has other updates than `updatesBefore` by now. */
  | {
      readonly kind: "process-set";
      readonly project: ProjectName;
      readonly spec: ProcessSpec;
      readonly updates: RuntimeUpdates;
      readonly updatesBefore: RuntimeUpdates;
    }
  | {
      readonly kind: "instances-asked";
      readonly instances: readonly InstanceId[];
      readonly request: InstanceRequest;
    }
  /** Pin what is up as what comes back after a reboot, or go back to what was up then. */
  | { readonly kind: "save-asked"; readonly project: ProjectName; readonly pins: boolean }
  | {
      readonly kind: "run-reported";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly report: RunReport;
    }
  /** Files that an instance watches. */
  | ({ readonly kind: "files-changed"; readonly instance: InstanceId } & ChangedFiles)
  /** Deadlines of these instances may have passed. */
  | { readonly kind: "clock-moved"; readonly instances: readonly InstanceId[] }
  /** Output of a run is being thrown away, because its log file takes nothing; or that is over. */
  | {
      readonly kind: "output-dropped";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly stream: "stdout" | "stderr";
      /** So far. */
      readonly bytes: number;
      readonly isOver: boolean;
    }
  /** So many log files of a run have grown to their size, or copies of both streams (`stream` is null). */
  | {
      readonly kind: "output-rotated";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly stream: "stdout" | "stderr" | null;
      readonly path: string;
      readonly files: number;
    }
  /** A command that the configuration has procman run went wrong. */
  | {
      readonly kind: "command-failed";
      readonly instance: InstanceId;
      readonly runId: RunId | null;
      /** The key that has it. */
      readonly what: string;
      /** One sentence. */
      readonly reason: string;
      /** It must not: the run has failed with it. */
      readonly isRequired?: true;
    }
  /** A side command is over, well or not. */
  | { readonly kind: "command-done"; readonly instance: InstanceId; readonly side: string }
  /** These alerts wanted to be looked at by now. */
  | { readonly kind: "alerts-due"; readonly alerts: readonly AlertKey[] }
  /** A receiver could not be told of an alert, and will not be. */
  | {
      readonly kind: "notice-undelivered";
      readonly notice: Notice;
      readonly receiver: ReceiverKind;
      /** One sentence. */
      readonly reason: string;
    }
  | { readonly kind: "lease-taken"; readonly lease: Lease }
  | { readonly kind: "lease-ended"; readonly lease: string }
  /** What the daemon has seen itself, and which moves no instance. */
  | { readonly kind: "facts-observed"; readonly facts: readonly Fact[] }
  /** The first input of every daemon: takes up what the registry holds. */
  | {
      readonly kind: "recovered";
      readonly since:
        /** The daemon died; its children live on, most of them. */
        | "crash"
        /** The daemon replaced its own program; its children are still its children. */
        | "exec"
        /** The machine was restarted: nothing is alive. */
        | "boot";
    };

export type InputKind = Input["kind"];
export type InputOf<K extends InputKind> = Extract<Input, { kind: K }>;
