/** Watching files: what of them counts, and what a change leads to. */

import type { Template } from "./command.ts";

export interface WatchSpec {
  /** Absolute paths of files and directories; at least one. */
  readonly paths: readonly string[];
  /** Globs; only what matches one counts. Empty: everything does. */
  readonly include: readonly string[];
  /** Globs; what matches one does not count, nor does what is in it. */
  readonly exclude: readonly string[];
  /** From the last change to what it leads to. Milliseconds. */
  readonly debounceMs: number;
  readonly action: WatchAction;
  /** Those that depend on it are restarted with it. Absent: they are not. */
  readonly cascade?: true;
}

export type WatchAction =
  | { readonly kind: "restart" }
  | { readonly kind: "reload" }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "exec"; readonly line: Template };

/** Some of the files that have changed, by name, and how many there were. */
export interface ChangedFiles {
  /** Sorted; relative to the working directory of the process where they are in it. At most `limits.changedFilesNamed`. */
  readonly files: readonly string[];
  readonly count: number;
}

/** Files that it watches have changed, and what that leads to is still to come. */
export interface FileChange extends ChangedFiles {
  readonly firstMonoMs: number;
  readonly lastMonoMs: number;
}

/** Changes in a row, each about as long after the run that the one before had led to was started. */
export interface WatchRow {
  readonly afterMs: number;
  readonly times: number;
}

/** What changes of watched files have led to, as far as it takes to see that they come of it. The row is of changes of
 *  the same file. */
export interface WatchStreak extends WatchRow {
  /** When a change last led to something. */
  readonly actedMonoMs: number;
  readonly actedAtMs: number;
  /** Changed each time, the last time too. */
  readonly file: string;
  /** Changes of whatever files, at times more alike. Registries of earlier versions do not say. */
  readonly steady?: WatchRow;
}

/** Which files are watched, and for whom. */
export interface WatchRequest extends Pick<WatchSpec, "paths" | "include" | "exclude"> {
  /** Globs with a slash are relative to it, and so are the names that are told, where they are in it. */
  readonly directory: string;
  /** Absolute paths of files and directories that are not watched, whatever is asked for. */
  readonly never: readonly string[];
  /** What is there at the beginning and was modified after that counts as changed. On the wall clock. */
  readonly sinceMs: number;
}

export interface WatchListener {
  /** Told of what differs from what was seen before, shortly after it does. */
  changed(files: ChangedFiles): void;
  /** Not all can be watched, or not at once: why, as a sentence. Null: all can be by now. */
  limited(reason: string | null): void;
}

/** What is watched by now. */
export interface WatchReport {
  readonly files: number;
  readonly directories: number;
  /** Why not all of it is watched, or only looked at now and then; null when it is. */
  readonly limited: string | null;
}

/** As it is written in a configuration. */
export function actionText(action: WatchAction): string {
  if (action.kind === "restart" || action.kind === "reload") return action.kind;
  return action.kind === "signal" ? `signal:${action.signal}` : `exec:${action.line}`;
}
