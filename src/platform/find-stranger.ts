/** Finds a process that runs already and that a definition means. What carries a run of procman is never meant. */

import { isDeepStrictEqual } from "node:util";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { processIn } from "./pid-files.ts";
import type { ProcessRow } from "./process-row.ts";
import { isDaemon } from "./process-tree.ts";
import { processTable } from "./process-table.ts";
import { withoutChildren } from "./strangers.ts";
import { lookUpAccount } from "./users.ts";

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

function byPidFile(path: string | null): ProcessRow[] {
  const row = path === null ? null : processIn(path);
  return row === null ? [] : [row];
}

function byPort(port: number | null): ProcessRow[] {
  if (port === null) return [];
  return withoutChildren(
    processTable.listenersOn(port).flatMap((pid) => processTable.row(pid) ?? []),
  );
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
