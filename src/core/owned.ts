/** Whether a process is the leader of somebody's run. */

import type { ProcessIdentity } from "../model/inputs.ts";
import { runsOf } from "../model/runs-of.ts";
import type { Turn } from "./turn.ts";

export function isOwned(turn: Turn, { pid, startTicks }: ProcessIdentity): boolean {
  const runs = turn.allInstances().flatMap(runsOf);
  return runs.some((run) => "pid" in run && run.pid === pid && run.startTicks === startTicks);
}
