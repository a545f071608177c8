/** What is: instances, their runs and the states they can be in; and the world that holds them all. */

import type { Alert, AlertKey } from "./alerts.ts";
import type { Confinement, Enforceable, GroupOver, LimitName } from "./confinement.ts";
import type { EndCause } from "./end-cause.ts";
import type { InstanceId, ProcessName, ProjectName, RunId } from "./ids.ts";
import type { RuntimeUpdates } from "./known-project.ts";
import type { Reloading } from "./reload.ts";
import type { ProcessSpec, ProjectSpec } from "./spec.ts";
import type { SideCommand } from "./side-command.ts";
import type { Due } from "./timetable.ts";
import type { Instant } from "./time.ts";
import type { UseVerdict } from "./use.ts";
import type { FileChange, WatchStreak } from "./watch.ts";

/** What operators want of an instance. Only operators write it. */
export type Desired = "up" | "down" | "gone";

/** A run between its intent and the news that it was spawned. */
export interface IntendedRun {
  readonly id: RunId;
  /** 1 for the first run of the instance. */
  readonly generation: number;
  /** What it is held to. Absent: nothing. */
  readonly confinement?: Confinement;
}

/** A run that has, or had, a process. (pid, startTicks) names that process for the whole boot. */
export interface Run extends IntendedRun {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat on Linux; a start time of the platform's own elsewhere. */
  readonly startTicks: string;
  readonly startedAtMs: number;
  readonly startedMonoMs: number;
  readonly readyAtMs: number | null;
  /** Taken over from an earlier daemon: its exit code may be unknown. */
  readonly adopted: boolean;
  /** It ran before procman took it over: its output is not captured, and its environment does not name the run. */
  readonly stranger?: true;
  /** Watched limits that it was over when it was last measured. Absent: none. */
  readonly over?: readonly LimitName[];
}

/** How a run ended. */
export interface Exit {
  /** Null when a signal ended it, or when nobody saw it end. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly oomKilled: boolean;
  /** False: it ended unobserved, so neither code nor signal is known. */
  readonly known: boolean;
  readonly atMs: number;
}

/** From good to bad. */
export const HEALTH_LEVELS = ["healthy", "starting", "warning", "critical", "unhealthy"] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

/** What one health probe has come to. */
export interface ProbeStreak {
  readonly level: HealthLevel;
  /** In a row, up to what counts. One of the two is 0. */
  readonly failures: number;
  readonly successes: number;
}

/** The verdict on a run by its health probes: the worst of theirs. */
export interface RunHealth {
  readonly level: HealthLevel;
  readonly sinceMonoMs: number;
  readonly sinceMs: number;
  /** Since when it is neither healthy nor starting; null while it is. */
  readonly unwellSinceMonoMs: number | null;
  /** What a probe last said against it; null while nothing is. */
  readonly reason: string | null;
  /** One for each probe of the definition. */
  readonly probes: readonly ProbeStreak[];
}

export type InstanceState =
  /** Waits for dependencies, or for its turn. `gated` false: does not wait for dependencies. */
  | { readonly kind: "pending"; readonly gated: boolean; readonly sinceMonoMs: number }
  /** The intent is written, the spawn is under way. */
  | { readonly kind: "spawning"; readonly run: IntendedRun }
  /** Spawned, not ready. */
  | { readonly kind: "starting"; readonly run: Run; readonly deadlineMonoMs: number }
  /** Ready. Without `health` nothing probes it any more. */
  | {
      readonly kind: "running";
      readonly run: Run;
      readonly health?: RunHealth;
      /** Absent: nothing of it was found worth keeping. */
      readonly use?: UseVerdict;
    }
  /** Asked to stop; waits until those that depend on it are gone. People see `stopping`. */
  | {
      readonly kind: "leaving";
      readonly run: Run;
      /** Replaces the process's own grace. */
      readonly timeoutMs: number | null;
      /** Goes on when the stop is taken back. */
      readonly use?: UseVerdict;
      /** What its start has failed with meanwhile, which counts when the stop is taken back. */
      readonly startFault?: string;
    }
  /** Signalled; SIGKILL at the deadline, which is null once it was sent. */
  | {
      readonly kind: "stopping";
      readonly run: Run;
      readonly cause: Exclude<EndCause, "itself">;
      readonly killAtMonoMs: number | null;
      /** It was asked to stop, and is signalled then. Absent: it was signalled. */
      readonly signalAtMonoMs?: number;
      /** When the rest of the tree is killed too. */
      readonly graceUntilMonoMs: number;
      /** From the signal on. Absent: as in registries of before. */
      readonly graceMs?: number;
      /** What its probes said last, or how its hook went wrong, where they ended it. */
      readonly fault?: string;
      /** How a hook of its end went wrong that must not. */
      readonly hookFault?: string;
    }
  /** The process is gone; the rest of its tree is swept and its output drained. */
  | {
      readonly kind: "cleaning";
      readonly run: Run;
      readonly cause: EndCause;
      readonly fault?: string;
      readonly hookFault?: string;
      readonly exit: Exit;
      /** It took SIGKILL. */
      readonly forced: boolean;
      readonly endedMonoMs: number;
      readonly graceUntilMonoMs: number;
      /** Processes of the tree that do not go. */
      readonly survivors: readonly number[];
      /** Nothing is left of it, and it waits for the run beside it to be gone. Absent: it is not that far. */
      readonly swept?: { readonly killed: boolean };
    }
  /** Cleaned up; the restart policy has yet to speak. Never at rest. */
  | {
      readonly kind: "exited";
      readonly run: Run;
      readonly cause: EndCause;
      readonly fault?: string;
      readonly hookFault?: string;
      readonly exit: Exit;
      readonly forced: boolean;
      readonly endedMonoMs: number;
    }
  /** Waits for its next restart. */
  | {
      readonly kind: "backoff";
      readonly untilMonoMs: number;
      readonly untilMs: number;
      readonly reason: string;
    }
  | { readonly kind: "stopped"; readonly reason: string | null }
  | { readonly kind: "killed"; readonly reason: string | null }
  /** Waits for the next time of its schedule. `last`: what its last run since its start has come to, if there was one. */
  | { readonly kind: "scheduled"; readonly last: Outcome | null }
  | Outcome;

/** What a run, or the attempt at one, has come to. */
export type Outcome =
  | { readonly kind: "completed" }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** The code of the error when it could not be spawned; absent when it was. */
      readonly spawnError?: string;
    }
  | { readonly kind: "skipped"; readonly reason: string }
  /** It kept changing the files that it watches: only somebody who asks starts it again. */
  | { readonly kind: "suspended"; readonly reason: string };

export type StateKind = InstanceState["kind"];

export type StateOf<K extends StateKind> = Extract<InstanceState, { kind: K }>;

export interface Instance extends Reloading<Instance> {
  readonly id: InstanceId;
  readonly project: ProjectName;
  readonly process: ProcessName;
  /** From 1. */
  readonly index: number;
  readonly desired: Desired;
  readonly state: InstanceState;
  /** When it entered its public state. */
  readonly sinceMs: number;
  /** Runs so far; the next one is `generation` + 1. */
  readonly generation: number;
  /** Restarts by policy since the last `reset`. */
  readonly restarts: number;
  /** Times of policy restarts on the monotonic clock, oldest first, those within the window. */
  readonly restartTimesMonoMs: readonly number[];
  /** Restarts in a row without a run that lived `restart.window` long: the exponent of the backoff. */
  readonly backoffStep: number;
  readonly lastExit: Exit | null;
  /** The latest run, also after its end; null before the first. */
  readonly lastRun: Run | null;
  /** When it is run or restarted next by its timetable. Absent: it has none, or is not up. */
  readonly due?: Due;
  /** It runs beside the others of its process because its time came while they did, and is forgotten at its end. */
  readonly extra?: true;
  /** The foreground command that holds it, if one does. */
  readonly lease: string | null;
  /** It was up when the machine or procman went down, and nobody has asked anything of it since. */
  readonly comesBack?: boolean;
  /** It was started as the fallback of that process, and is stopped when it is not needed any more. */
  readonly standsInFor?: ProcessName;
  /** When its last run was begun, also one that could not be spawned. Registries of earlier versions do not say. */
  readonly launched?: Instant;
  /** Absent: nothing has changed. */
  readonly change?: FileChange;
  /** Absent: nothing has come of a change since somebody started it. */
  readonly streak?: WatchStreak;
  /** Why it is being stopped, where a rule and nobody else has asked for it. */
  readonly goesBecause?: string;
  /** One of a kind. Absent: none is under way. */
  readonly sideCommands?: readonly SideCommand[];
}

/** A foreground command's hold: when its process is gone, what it holds is stopped. */
export interface Lease {
  readonly id: string;
  readonly pid: number;
  readonly startTicks: string;
  /** What it holds does not watch its files. Absent: it does. */
  readonly unwatched?: true;
}

export interface Project {
  readonly spec: ProjectSpec;
  /** Processes that are no longer defined and whose instances are on their way out. */
  readonly retired: Readonly<Record<ProcessName, ProcessSpec>>;
  /** The environment of the caller that first defined each process, renewed by `--update-env`. */
  readonly callerEnv: Readonly<Record<ProcessName, Readonly<Record<string, string>>>>;
  /** The profiles that the definition was read with. */
  readonly profiles: readonly string[];
  /** Processes in `spec` that the configuration no longer has. Registries of earlier versions do not say. */
  readonly leftOver?: readonly ProcessName[];
  /** What `set` and `scale` have changed, and `spec` contains: they outlive an `up`, not a `down`. */
  readonly updates: Readonly<Record<ProcessName, RuntimeUpdates>>;
  /** The processes that `resurrect` brings up, when they were pinned by `save`; else those that were up. */
  readonly saved?: readonly ProcessName[] | null;
  /** Its processes do not watch their files, until it is taken down. Absent: they do. */
  readonly unwatched?: true;
  /** Of its groups, what they were over when their members were last measured. Absent: nothing. */
  readonly overTogether?: Readonly<Record<string, GroupOver>>;
}

/** Everything the core knows. Only the step makes the next one. */
export interface World {
  /** Absolute path of the daemon's home. */
  readonly home: string;
  /** Where any program that runs may say something to procman; absent where there is no such socket. */
  readonly childSocket?: string;
  /** Absent: nothing can be limited but by watching. */
  readonly enforceable?: Enforceable;
  /** Random letters that make run ids unique over homes. */
  readonly homeId: string;
  /** The number of the next run, or alert. */
  readonly nextRun: number;
  readonly projects: ReadonlyMap<ProjectName, Project>;
  readonly instances: ReadonlyMap<InstanceId, Instance>;
  /** The instances of each process, keyed `project/process`: an index that `applyChanges` keeps. */
  readonly byProcess: ReadonlyMap<string, ReadonlySet<InstanceId>>;
  readonly leases: ReadonlyMap<string, Lease>;
  readonly alerts: ReadonlyMap<AlertKey, Alert>;
}

/** What a step changes; null deletes. */
export interface Changes {
  readonly instances: ReadonlyMap<InstanceId, Instance | null>;
  readonly projects: ReadonlyMap<ProjectName, Project | null>;
  readonly leases: ReadonlyMap<string, Lease | null>;
  readonly alerts: ReadonlyMap<AlertKey, Alert | null>;
  readonly nextRun: number;
}
