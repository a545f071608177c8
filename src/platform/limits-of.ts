/** The limits that the machine sets on a process, as the platform shows them. */

import * as darwin from "./darwin/machine-limits.ts";
import * as linux from "./linux/machine-limits.ts";
import type { MachineLimits } from "./machine-limits.ts";

/** Those of a process, and of its user. */
export function limitsOf(pid: number): MachineLimits {
  return process.platform === "linux" ? linux.limitsOf(pid) : darwin.limitsOf();
}

/** Kept for whoever asks the daemon something, for the registry and for what it has to read, when runs take the rest. */
const RESERVED_FILES = 24;

let ownMost: number | null | undefined;

/** How many files this process may open, which stays so; null: no limit. */
export function mostOpenFiles(): number | null {
  ownMost ??=
    process.platform === "linux" ? linux.mostOpenFiles(process.pid) : darwin.mostOpenFiles();
  return ownMost;
}

/** Nothing more should be started. Known on Linux alone. */
export function isShortOfFiles(): boolean {
  if (process.platform !== "linux") return false;
  const most = mostOpenFiles();
  return most !== null && linux.openFilesNow() + RESERVED_FILES > most;
}
