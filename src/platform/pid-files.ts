/** Pid files: a pid and a line end, as every other tool writes them. */

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PidFiles } from "../supervisor/ports.ts";

export function createPidFiles(): PidFiles {
  return {
    write(path, pid) {
      mkdirSync(dirname(path), { recursive: true });
      // Beside it first: whoever reads the file finds the whole of a pid, the former or this one.
      const fresh = `${path}.${process.pid}.new`;
      writeFileSync(fresh, `${pid}\n`);
      renameSync(fresh, path);
    },

    remove(path, pid) {
      if (pidIn(path) === pid) rmSync(path, { force: true });
    },
  };
}

/** Null when there is no such file, or no pid in it. */
export function pidIn(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // Not there, or not ours to read: it names nobody.
  }
}
