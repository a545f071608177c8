/** What names a boot of the machine, and a process within it. */

import { readFileSync } from "node:fs";

export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    const { stdout } = Bun.spawnSync(["sysctl", "-n", "kern.boottime"]);
    return stdout.toString().trim();
  }
}

/** When the process started, in the platform's own terms; null when there is none, or only its zombie. */
export function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null; // No such process.
  }
}
