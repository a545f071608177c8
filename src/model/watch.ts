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
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "exec"; readonly line: Template };

/** Some of the files that have changed, by name, and how many there were. */
export interface ChangedFiles {
  /** Sorted; relative to the working directory of the process where they are in it. At most `limits.changedFilesNamed`. */
  readonly files: readonly string[];
  readonly count: number;
}

/** As it is written in a configuration. */
export function actionText(action: WatchAction): string {
  if (action.kind === "restart") return "restart";
  return action.kind === "signal" ? `signal:${action.signal}` : `exec:${action.line}`;
}
