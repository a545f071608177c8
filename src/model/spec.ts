/** What a project is made of, resolved: no short forms, no defaults left open, every path absolute. */

import type { BalanceSpec } from "./balance.ts";
import type { CommandSpec, Template } from "./command.ts";
import type { Confinement, GroupLimitSpec, LimitSpec } from "./confinement.ts";
import type { ProcessName, ProjectName } from "./ids.ts";
import type { HealthProbe, ReadyProbe } from "./probe.ts";
import type { CronTimes, Timetable } from "./timetable.ts";
import type { UseThresholds } from "./use.ts";
import type { WatchSpec } from "./watch.ts";

export interface ProjectSpec {
  readonly name: ProjectName;
  /** Absolute path of the directory that the project lives in. */
  readonly directory: string;
  /** Absolute paths of the configuration files, in merge order; empty for ad-hoc projects. */
  readonly files: readonly string[];
  /** How many instances may be starting at once. */
  readonly concurrency: number;
  /** What `--profile` may say; absent in what an older version has stored. */
  readonly profileNames?: readonly string[];
  readonly groups: Readonly<Record<string, GroupSpec>>;
  readonly processes: Readonly<Record<ProcessName, ProcessSpec>>;
  /** Absent: none. */
  readonly alerts?: readonly AlertRule[];
}

/** Who is told of what happens. */
export interface AlertRule {
  /** Types of events, or globs of them. */
  readonly on: readonly string[];
  /** Processes, instances (`api.2`), or globs of either; null: all, and what concerns no process. */
  readonly processes: readonly string[] | null;
  /** A condition must have lasted that long. */
  readonly forMs: number;
  /** From one alert of the same process to the next at least. */
  readonly cooldownMs: number;
  readonly exec: CommandSpec | null;
  readonly webhook: Webhook | null;
  /** How long a receiver may take each time. */
  readonly timeoutMs: number;
}

export interface Webhook {
  readonly url: string;
  /** With which what is posted is signed; null leaves it unsigned. */
  readonly secret: string | null;
}

/** Who is restarted with a member whose run has ended and is to be restarted, as of OTP's supervisors. */
export const GROUP_STRATEGIES = ["one-for-one", "one-for-all", "rest-for-one"] as const;
export type GroupStrategy = (typeof GROUP_STRATEGIES)[number];

export interface GroupSpec {
  /** In the order of the definitions. */
  readonly members: readonly ProcessName[];
  /** Absent: each by itself. */
  readonly strategy?: Exclude<GroupStrategy, "one-for-one">;
  /** What all its members may use together. Absent: whatever they can. */
  readonly limits?: GroupLimitSpec;
}

export interface PortChoice {
  /** The first that will do; null: any. */
  readonly from: number | null;
  /** How many ports after it will do too. */
  readonly bump: number;
}

export interface ProcessSpec {
  readonly name: ProcessName;
  readonly command: CommandSpec;
  readonly cwd: string;
  /** Merged environment layers of the configuration; `null` takes a variable of the caller away. */
  readonly env: Readonly<Record<string, Template | null>>;
  readonly user: string | null;
  readonly group: string | null;
  readonly umask: number | null;
  readonly description: string | null;
  readonly links: readonly Template[];
  readonly dependsOn: readonly Dependency[];
  readonly instances: number;
  /** The port that the instances share; where they do not, that of the first, and instance n gets `port + n - 1`. Of one
   *  that the daemon chooses: what it chose. */
  readonly port: number | null;
  /** How the daemon chooses the port; null when it is given. */
  readonly portChoice: PortChoice | null;
  /** How the instances share the port. Absent: as `none`, and nobody has said so. */
  readonly balance?: BalanceSpec;
  /** All must pass once. Empty: ready as soon as it is spawned. */
  readonly ready: readonly ReadyProbe[];
  /** A run that is not ready that long after its start has failed. Milliseconds. */
  readonly readyWithinMs: number;
  /** All must pass while it runs. Absent: none; so definitions stored before there were such probes stay the same. */
  readonly health?: readonly HealthProbe[];
  /** Absent: none. */
  readonly thresholds?: UseThresholds;
  /** Files whose changes restart it. Absent: none. */
  readonly watch?: WatchSpec;
  /** Absent: none. */
  readonly limits?: LimitSpec;
  readonly restart: RestartSpec;
  /** When it is run. Absent: as soon as it may. */
  readonly schedule?: ScheduleSpec;
  readonly stop: StopSpec;
  /** Absent: none. */
  readonly hooks?: Readonly<Partial<Record<HookName, HookSpec>>>;
  readonly log: LogSpec;
  readonly groups: readonly string[];
  /** Absolute path of the file that holds the pid of the first instance while it runs; see `pidFileOf`. */
  readonly pidFile?: string;
  /** It has an input that `send` writes to. Absent: its input is empty. */
  readonly stdin?: true;
  /** It is given a channel for messages. Absent: only where a probe or its stop needs one; see `hasChannel`. */
  readonly ipc?: true;
  /** It runs on a terminal, which is its input and its output. */
  readonly tty?: true;
  /** At a start, a process that runs already is taken over. Absent: never. */
  readonly adopt?: "match";
  /** The process that takes over while this one has failed for good or cannot be started. Absent: none does. */
  readonly fallback?: ProcessName;
  /** False: `up` without targets leaves it alone. */
  readonly autostart: boolean;
  /** True: nothing starts it. */
  readonly disabled: boolean;
  /** Made by `run`, not by the configuration. Absent: the configuration has it. */
  readonly adHoc?: true;
}

export type DependencyCondition = "started" | "ready" | "healthy" | "completed" | "succeeded";

export interface Dependency {
  readonly process: ProcessName;
  readonly condition: DependencyCondition;
  /** After that long in `pending` the dependency counts as one that cannot be met; null waits for ever. */
  readonly timeoutMs: number | null;
  /** False: waited for, but gone without when it cannot be met. */
  readonly required: boolean;
  /** True: a new run of the dependency restarts the dependent. */
  readonly restart: boolean;
}

export type RestartPolicy = "no" | "on-failure" | "always";
/** `exec:` is followed by a command line, a template. */
export type GiveUpAction = "fail" | "stop-dependents" | "stop-project" | `exec:${string}`;

export interface RestartSpec {
  readonly policy: RestartPolicy;
  /** Restarts allowed within the sliding window; one more fails the process. */
  readonly max: number;
  readonly windowMs: number;
  readonly successCodes: readonly number[];
  readonly onGiveUp: GiveUpAction;
  readonly backoff: BackoffSpec;
  /** What runs is restarted at these times. Absent: at none. */
  readonly cron?: CronTimes;
}

/** What becomes of a time at which the run before still goes on: nothing, another run instead, or another one beside. */
export const OVERLAPS = ["skip", "replace", "allow"] as const;
export type Overlap = (typeof OVERLAPS)[number];

export interface ScheduleSpec {
  readonly times: Timetable;
  readonly overlap: Overlap;
  /** It is also run when it is started with the project. */
  readonly runOnStart?: true;
  /** It is run once for times that were missed. */
  readonly catchUp?: true;
}

/** Turns of a process's life at which a command of its own may be run. */
export type HookName = "beforeStart" | "afterReady" | "beforeStop" | "afterExit";

export interface HookSpec {
  readonly command: CommandSpec;
  readonly timeoutMs: number;
  /** `fail`: its failure is that of the start, or of the run. */
  readonly onFailure: "fail" | "ignore";
}

export interface BackoffSpec {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Part of the delay that chance adds or takes, 0 to 1. */
  readonly jitter: number;
}

export interface StopSpec {
  /** `SIGTERM` and its like. */
  readonly signal: string;
  /** From the signal to SIGKILL; half of it where it is asked to stop first. */
  readonly timeoutMs: number;
  /** It is asked over its channel first. Absent: it is not. */
  readonly ipc?: true;
  /** Run to stop it, before the signal. Absent: none. */
  readonly command?: CommandSpec;
}

/** How levels and fields of lines are read. `auto` looks at each line. */
export const LOG_PARSES = ["auto", "text", "json", "logfmt"] as const;
export type LogParse = (typeof LOG_PARSES)[number];

/** How a rotated log file is compressed. */
export type Compression = "zstd" | "gzip";

export interface LogSpec {
  /** A log file is rotated at the first line end at or after that size. */
  readonly maxSizeBytes: number;
  /** Rotated files kept for each stream, beside the one being written. */
  readonly maxFiles: number;
  /** Rotated files older than that are removed; null keeps them. */
  readonly maxAgeMs: number | null;
  /** Compress rotated files from the second on: with zstd (`.2.zst`) when true, or with gzip (`.2.gz`). */
  readonly compress: boolean | "gzip";
  /** Absent: `auto`. */
  readonly parse?: LogParse;
  /** What becomes of output while the disk is full: after a while it is thrown away and counted, or the process waits. */
  readonly onFull: "drop" | "block";
  /** Absolute path of a file in which both streams are merged too; null when there is none. */
  readonly file: string | null;
  /** Each line is dated in `file`. Absent: it is not. */
  readonly timestamps?: true;
}

/** What a run reads: nothing, a pipe, or a terminal, which it writes to as well. */
export type InputKind = "none" | "pipe" | "terminal";

/** Everything procman needs to execute one run: templates expanded, environment complete. */
export interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | null;
  readonly group: string | null;
  readonly umask: number | null;
  /** Must be free when it starts. */
  readonly port: number | null;
  /** It is reached by a port that procman listens on, which is to be so before it starts. Absent: it is not. */
  readonly isBalanced?: true;
  /** It is a Bun program, and listens on that port beside the others of its process. Absent: it does not. */
  readonly reusedPort?: number;
  readonly input: InputKind;
  /** It is given a channel for messages, as Bun and Node know it. Absent: it is not. */
  readonly channel?: true;
  /** What the run is held to. Absent: nothing. */
  readonly confinement?: Confinement;
}
