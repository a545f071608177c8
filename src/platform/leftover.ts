/** What a process says of the run that it was started in. */

import type { Leftover } from "../model/inputs.ts";
import { processTable } from "./process-table.ts";

/** Null for one that carries no run id, or hides it. */
export function leftoverOf(pid: number): Leftover | null {
  const rows = processTable.rows().filter(({ isZombie }) => !isZombie);
  const listener = rows.find((row) => row.pid === pid);
  const runId = listener === undefined ? null : processTable.runIdOf(listener);
  if (listener === undefined || runId === null) return null;
  const relatives = rows.filter((row) => processTable.runIdOf(row) === runId);
  return {
    runId,
    listener: { pid, startTicks: listener.startTicks },
    relatives: relatives.map((row) => ({ pid: row.pid, startTicks: row.startTicks })),
    dataDirectory: processTable.variableOf(pid, "PROCMAN_DATA_DIR"),
  };
}
