/** What can be told about the processes of a run. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { RunId } from "../model/ids.ts";
import { processTable } from "./process-table.ts";
import { membersOf } from "./sweep.ts";

export interface TreeInfo {
  readonly nodes: readonly {
    readonly pid: number;
    readonly parentPid: number;
    readonly command: string;
  }[];
  /** TCP ports that its processes listen on. */
  readonly listening: readonly number[];
}

/** The leader first. */
export function inspectTree(runId: RunId, leader: ProcessIdentity): TreeInfo {
  const rows = processTable.rows().filter(({ isZombie }) => !isZombie);
  const members = membersOf(runId, leader, rows).toSorted((one, other) =>
    one.pid === leader.pid ? -1 : other.pid === leader.pid ? 1 : one.pid - other.pid,
  );
  return {
    nodes: members.map(({ pid, ppid }) => ({
      pid,
      parentPid: ppid,
      command: processTable.commandOf(pid),
    })),
    listening: processTable.listeningPorts(members.map(({ pid }) => pid)),
  };
}
