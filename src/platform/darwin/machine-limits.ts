/** Limits on macOS: what the shell knows. Pipes have no budget of a user's there, and files are not watched by
 *  inotify. */

import type { MachineLimits } from "../machine-limits.ts";

export function limitsOf(): MachineLimits {
  const script = "ulimit -Hn; ulimit -u; ps -xU $(id -u) | wc -l";
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", script], { stderr: "ignore" });
  const [files = "", processes = "", count = ""] = stdout.toString().trim().split(/\s+/);
  const [openFiles, most] = [Number(files), Number(processes)];
  return {
    openFiles: Number.isNaN(openFiles) ? null : openFiles,
    tasksLeft: Number.isNaN(most) ? null : { count: most - Number(count), bound: "ulimit -u" },
    pipes: null,
    inotify: null,
  };
}

export function mostOpenFiles(): number | null {
  return limitsOf().openFiles;
}
