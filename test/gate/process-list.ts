/** The living processes of this machine with everything that tells where they come from. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface SeenProcess {
  readonly pid: number;
  readonly command: string;
  /** Command line, environment and working directory, as far as they may be read. */
  readonly traces: string;
}

export function listProcesses(): SeenProcess[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

/** A zombie has neither command line nor environment, so it is never found by its traces. */
function fromProc(): SeenProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const command = readable(() => readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      const environment = readable(() => readFileSync(`/proc/${pid}/environ`, "latin1"));
      const directory = readable(() => readlinkSync(`/proc/${pid}/cwd`));
      return {
        pid: Number(pid),
        command: command.replaceAll("\0", " ").trim(),
        traces: [command, environment, directory].join("\0"),
      };
    });
}

/** `-E` shows the environment of the user's own processes, except of those that the system protects. */
function fromPs(): SeenProcess[] {
  const { stdout } = Bun.spawnSync(["ps", "-axww", "-E", "-o", "pid=,command="]);
  return [...stdout.toString().matchAll(/^\s*(\d+) (.*)$/gm)].map(([, pid, line = ""]) => ({
    pid: Number(pid),
    command: line.split(/ [A-Z_]+=/, 1)[0] ?? line,
    traces: line,
  }));
}

/** Empty when the process is gone, or somebody else's. */
function readable(read: () => string): string {
  try {
    return read();
  } catch {
    // Processes come and go while the list is read.
    return "";
  }
}
