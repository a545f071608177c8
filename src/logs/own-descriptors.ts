/** Gives the log worker a table of descriptors of its own (unshare(2), CLONE_FILES). Each process that the daemon starts
 *  begins with a copy of the daemon's table, and closes what is in it: with the four descriptors a run that only the
 *  worker needs in there, the 2,000th start took twice as long as the first. */

import { closeSync, readdirSync, readlinkSync } from "node:fs";
import type { LogLibc } from "./libc.ts";

const TABLE = "/proc/thread-self/fd";

/** Only `needed`, the standard ones and those of the runtime stay open in it. Does nothing where that is not allowed. */
export function ownDescriptors(libc: LogLibc, needed: number): void {
  if (!libc.unshareDescriptors()) return;
  for (const fd of readdirSync(TABLE).map(Number)) {
    if (fd > 2 && fd !== needed && !isRuntimes(fd)) tryClose(fd);
  }
}

/** Wakers and timers have no name in a file system. */
function isRuntimes(fd: number): boolean {
  try {
    return readlinkSync(`${TABLE}/${fd}`).startsWith("anon_inode:");
  } catch {
    return true; // That of the listing itself, closed since.
  }
}

function tryClose(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Gone already.
  }
}
