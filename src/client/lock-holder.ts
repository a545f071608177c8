/** Who holds the lock of a home, for when nobody answers there. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Null when nobody does, or it cannot be told: only Linux lists its locks. */
export function lockHolder(home: string): number | null {
  try {
    const { ino, dev } = statSync(join(home, "daemon.lock"));
    // "3: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF"
    const pattern = new RegExp(`^\\d+: FLOCK +\\w+ +WRITE (\\d+) \\w+:\\w+:${ino} `, "gm");
    const pids = [...readFileSync("/proc/locks", "latin1").matchAll(pattern)].map(([, pid]) => pid);
    // Numbers of inodes are unique on one file system only. A daemon holds its lock as standard input.
    const holder = pids.find((pid) => {
      const held = statSync(`/proc/${pid}/fd/0`, { throwIfNoEntry: false });
      return held?.ino === ino && held.dev === dev;
    });
    return holder === undefined ? null : Number(holder);
  } catch {
    return null; // No lock was ever made, no /proc, or whoever held it is just gone.
  }
}
