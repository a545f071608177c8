/** States of rest, apart from all others: who only asks for these loads little. */

import type { StateKind } from "./state.ts";

/** Nothing runs, and nothing is going to happen by itself. */
export const AT_REST: ReadonlySet<StateKind> = new Set([
  "stopped",
  "killed",
  "completed",
  "failed",
  "skipped",
  "suspended",
]);
