/** Pid files: a pid and a line end, as every other tool writes them. */

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PidFiles } from "../supervisor/ports.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";

/** Start times are known to a hundredth of a second, times of files to less. */
const CLOCK_SLACK_MS = 1_000;

export function createPidFiles(): PidFiles {
  return {
    write(path, pid) {
      mkdirSync(dirname(path), { recursive: true });
      // Beside it first: whoever reads the file finds the whole of a pid, the former or this one.
      const fresh = `${path}.${process.pid}.new`;
      rmSync(fresh, { force: true });
      // Made anew: in a directory that others may write to, a link laid there would have another file overwritten.
      writeFileSync(fresh, `${pid}\n`, { flag: "wx" });
      renameSync(fresh, path);
    },

    remove(path, pid) {
      if (pidIn(path) === pid) rmSync(path, { force: true });
    },
  };
}

/** The process that a file names; null when it names none that runs, or only the pid of one that ran: a process that
 *  is younger than the file is not the one that was meant. */
export function processIn(path: string): ProcessRow | null {
  const pid = pidIn(path);
  const row = pid === null ? null : processTable.row(pid);
  if (row === null || row.isZombie) return null;
  const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const startedMs = Date.now() - processTable.ageMs(row);
  return startedMs <= writtenMs + CLOCK_SLACK_MS ? row : null;
}

/** Null when there is no such file, or no pid in it. */
function pidIn(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // Not there, or not ours to read: it names nobody.
  }
}
