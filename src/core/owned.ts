/** Whether a process is the leader of somebody's run. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { Turn } from "./turn.ts";

export function isOwned(turn: Turn, { pid, startTicks }: ProcessIdentity): boolean {
  return turn.allInstances().some(({ state }) => {
    const run = "run" in state && "pid" in state.run ? state.run : null;
    return run?.pid === pid && run.startTicks === startTicks;
  });
}
