/** Commands that procman runs beside an instance while it is up, and that nothing waits for. */

import type { RunId } from "./ids.ts";

/** What one comes of. */
export type SideCause =
  | { readonly what: "hooks.afterReady"; readonly runId: RunId }
  /** `files`: those that it is told to have changed. */
  | { readonly what: "watch.action"; readonly files: readonly string[] };

/** One that is under way. It is noted with the instance, so that it ends with what it belongs to, and so that a next daemon
 *  knows what was cut off with the one before. */
export type SideCommand = SideCause & {
  readonly id: string;
  /** It was cut off once, and is run again. Absent: it was not. */
  readonly isAgain?: true;
};
