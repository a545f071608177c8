/** Every run of an instance that is not over: its own, and in a reload the one beside it. */

import type { Instance, IntendedRun, Run } from "./state.ts";

export function runsOf({ state, beside }: Instance): readonly (Run | IntendedRun)[] {
  const own = "run" in state ? [state.run] : [];
  return beside === undefined ? own : [...own, ...runsOf(beside)];
}
