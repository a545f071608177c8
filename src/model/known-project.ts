/** What a daemon knows of a project that bears on reading its configuration again. */

import type { ProcessName, ProjectName } from "./ids.ts";

/** Values of `set` and `scale` for one process: the dotted path of a key, and its value as it was written. */
export type RuntimeUpdates = Readonly<Record<string, string>>;

export interface KnownProject {
  readonly name: ProjectName;
  readonly directory: string;
  readonly files: readonly string[];
  /** Those that its present definition was read with. */
  readonly profiles: readonly string[];
  readonly updates: Readonly<Record<ProcessName, RuntimeUpdates>>;
  /** The environments that callers started its processes with, each once. */
  readonly callerEnvs: readonly CallerEnv[];
}

export interface CallerEnv {
  readonly processes: readonly ProcessName[];
  readonly env: Readonly<Record<string, string>>;
}
