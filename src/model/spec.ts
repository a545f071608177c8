/** What a project is made of, resolved: no short forms, no defaults left open, every path absolute. */

import type { ProcessName, ProjectName } from "./ids.ts";

/** A string that may hold `${…}`, expanded for each instance when it is started; see `template.ts`. */
export type Template = string;

export interface ProjectSpec {
  readonly name: ProjectName;
  /** Absolute path of the directory that the project lives in. */
  readonly directory: string;
  /** Absolute paths of the configuration files, in merge order; empty for ad-hoc projects. */
  readonly files: readonly string[];
  /** How many instances may be starting at once. */
  readonly concurrency: number;
  readonly groups: Readonly<Record<string, GroupSpec>>;
  readonly processes: Readonly<Record<ProcessName, ProcessSpec>>;
}

export interface GroupSpec {
  readonly members: readonly ProcessName[];
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
  /** The port of the first instance; instance n gets `port + n - 1`. Of one that the daemon chooses: what it chose. */
  readonly port: number | null;
  /** How the daemon chooses the port; null when it is given. */
  readonly portChoice: PortChoice | null;
  /** All must pass once. Empty: ready as soon as it is spawned. */
  readonly ready: readonly ReadyProbe[];
  /** A run that is not ready that long after its start has failed. Milliseconds. */
  readonly readyWithinMs: number;
  readonly restart: RestartSpec;
  readonly stop: StopSpec;
  readonly log: LogSpec;
  readonly groups: readonly string[];
  /** False: `up` without targets leaves it alone. */
  readonly autostart: boolean;
  /** True: nothing starts it. */
  readonly disabled: boolean;
  /** Made by `run`, not by the configuration. Absent: the configuration has it. */
  readonly adHoc?: true;
}

/** `list` is executed directly; `line` by the shell, or directly when it has no shell syntax in it. */
export type CommandSpec =
  | { readonly kind: "list"; readonly argv: readonly Template[] }
  | { readonly kind: "line"; readonly line: Template; readonly shell: readonly string[] };

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

export type ReadyProbe =
  | {
      readonly kind: "http";
      readonly url: Template;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: "tcp";
      /** `3000` or `host:port`. */
      readonly address: Template;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: "exec";
      readonly command: CommandSpec;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  | { readonly kind: "after"; readonly afterMs: number };

export type RestartPolicy = "no" | "on-failure" | "always";
export type GiveUpAction = "fail" | "stop-dependents" | "stop-project";

export interface RestartSpec {
  readonly policy: RestartPolicy;
  /** Restarts allowed within the sliding window; one more fails the process. */
  readonly max: number;
  readonly windowMs: number;
  readonly successCodes: readonly number[];
  readonly onGiveUp: GiveUpAction;
  readonly backoff: BackoffSpec;
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
  /** From the signal to SIGKILL. */
  readonly timeoutMs: number;
}

/** How levels and fields of lines are read. `auto` looks at each line. */
export const LOG_PARSES = ["auto", "text", "json", "logfmt"] as const;
export type LogParse = (typeof LOG_PARSES)[number];

export interface LogSpec {
  /** A log file is rotated at the first line end at or after that size. */
  readonly maxSizeBytes: number;
  /** Rotated files kept for each stream, beside the one being written. */
  readonly maxFiles: number;
  /** Rotated files older than that are removed; null keeps them. */
  readonly maxAgeMs: number | null;
  /** Compress rotated files from the second on (`.2.zst`). */
  readonly compress: boolean;
  /** Absent: `auto`. */
  readonly parse?: LogParse;
  /** What becomes of output while the disk is full: after a while it is thrown away and counted, or the process waits. */
  readonly onFull: "drop" | "block";
  /** Absolute path of a file in which both streams are merged too; null when there is none. */
  readonly file: string | null;
}

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
}
