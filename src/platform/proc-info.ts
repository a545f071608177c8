/** What can be told about the processes of a run, and about who holds a port. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { RunId } from "../model/ids.ts";
import { ProcessForest } from "./process-tree.ts";
import { processTable } from "./process-table.ts";

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
  const members = new ProcessForest()
    .membersOf(runId, leader, [leader])
    .toSorted((one, other) =>
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

export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/** Who listens on a TCP port; null when nobody does, or when it cannot be seen. Looks at every process. */
export function portHolder(port: number): PortHolder | null {
  const [pid] = processTable.listenersOn(port);
  return pid === undefined ? null : { pid, command: processTable.commandOf(pid) };
}
