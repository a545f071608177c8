/** Processes, for real. */

import type { Clock, Processes } from "../supervisor/ports.ts";
import { isAlive } from "./identity.ts";
import { processTable } from "./process-table.ts";
import { signalGroup } from "./signals.ts";
import { spawn } from "./spawn.ts";
import { Sweeper } from "./sweep.ts";
import { Watcher } from "./watch.ts";

export interface RealProcesses extends Processes {
  /** Watches nothing any more. */
  close(): void;
}

export function createProcesses(clock: Clock): RealProcesses {
  const watcher = new Watcher();
  const sweeper = new Sweeper(clock);
  return {
    spawn,
    isAlive,
    signalGroup,
    watch: (identity, onExit) => watcher.watch(identity, onExit),
    sweep: (request) => sweeper.sweep(request),
    close: () => watcher.close(),
    findLeader(runId) {
      const members = processTable
        .rows()
        .filter((row) => !row.isZombie && processTable.runIdOf(row) === runId);
      // The leader was made the first of its session; its children may have sessions of their own.
      return members.find((row) => row.sid === row.pid) ?? members[0] ?? null;
    },
  };
}
