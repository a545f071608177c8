/** Naming processes for good: a pid and the time it was started at. */

import type { ProcessIdentity } from "../model/inputs.ts";
import { processTable } from "./process-table.ts";

/** Of a process that is there, ended but unnoticed ones included; null when there is none. */
export function identityOf(pid: number): ProcessIdentity | null {
  const row = processTable.row(pid);
  return row === null ? null : { pid, startTicks: row.startTicks };
}

/** The very process is there, if only as a zombie: its pid is not another's. */
export function isPresent({ pid, startTicks }: ProcessIdentity): boolean {
  return processTable.row(pid)?.startTicks === startTicks;
}

/** The very process runs. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const row = processTable.row(pid);
  return row !== null && row.startTicks === startTicks && !row.isZombie;
}
