/** Finds a process that runs already and that a definition means. What carries a run of procman is never meant. */

import { statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { pidIn } from "./pid-files.ts";
import type { ProcessRow } from "./process-row.ts";
import { isDaemon } from "./process-tree.ts";
import { processTable } from "./process-table.ts";
import { lookUpAccount } from "./users.ts";

/** Start times are known to a hundredth of a second, times of files to less. */
const CLOCK_SLACK_MS = 1_000;

/** `isTaken`: of those that somebody owns. */
export function findStranger(
  launch: Launch,
  pidFile: string | null,
  isTaken: (identity: ProcessIdentity) => boolean,
): ProcessIdentity | null {
  const uid = lookUpAccount(launch.user, null)?.uid ?? null;
  const isMeant = (row: ProcessRow): boolean =>
    row.pid > 1 &&
    row.pid !== process.pid &&
    !row.isZombie &&
    uid !== null &&
    processTable.userOf(row.pid) === uid &&
    processTable.runIdOf(row) === null &&
    !isDaemon(row.pid) &&
    !isTaken(row);
  const found =
    byPidFile(pidFile).find(isMeant) ??
    byPort(launch.port).find(isMeant) ??
    byCommand(launch, isMeant);
  return found === undefined ? null : { pid: found.pid, startTicks: found.startTicks };
}

/** A process that is younger than the file only has the pid of the one that is meant. */
function byPidFile(path: string | null): ProcessRow[] {
  const pid = path === null ? null : pidIn(path);
  const row = pid === null ? null : processTable.row(pid);
  if (path === null || row === null) return [];
  const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const startedMs = Date.now() - processTable.ageMs(row);
  return startedMs <= writtenMs + CLOCK_SLACK_MS ? [row] : [];
}

/** Of a server and its workers, which share the socket, the server. */
function byPort(port: number | null): ProcessRow[] {
  if (port === null) return [];
  const rows = processTable.listenersOn(port).flatMap((pid) => processTable.row(pid) ?? []);
  const pids = new Set(rows.map(({ pid }) => pid));
  return rows.filter(({ ppid }) => !pids.has(ppid));
}

/** The oldest, word by word the same, in the same directory. */
function byCommand(
  { argv, cwd }: Launch,
  isMeant: (row: ProcessRow) => boolean,
): ProcessRow | undefined {
  return processTable
    .rows()
    .toSorted((one, other) => Number(one.startTicks) - Number(other.startTicks))
    .find(
      (row) =>
        processTable.directoryOf(row.pid) === cwd &&
        isDeepStrictEqual(processTable.argvOf(row.pid), [...argv]) &&
        isMeant(row),
    );
}
