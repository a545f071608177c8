/** What the tests left behind: processes that still carry the mark of their playground, and files in it. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { listProcesses, type SeenProcess } from "./process-list.ts";
import type { Playground } from "./playground.ts";

export interface Leftovers {
  readonly processes: readonly SeenProcess[];
  /** Relative to the playground. */
  readonly files: readonly string[];
}

/** A process that is on its way out may take that long. Milliseconds. */
const GRACE_MS = 2_000;
const LOOK_AGAIN_MS = 50;

/** Looks until nothing is left or the grace is over; what is left then is told, and its processes are killed. */
export async function leftovers(playground: Playground, graceMs = GRACE_MS): Promise<Leftovers> {
  const deadline = Date.now() + graceMs;
  for (;;) {
    const left = look(playground);
    const isClean = left.processes.length === 0 && left.files.length === 0;
    if (isClean || Date.now() > deadline) {
      for (const { pid } of left.processes) kill(pid);
      return left;
    }
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

function look({ directory }: Playground): Leftovers {
  const processes = listProcesses().filter(({ traces }) => traces.includes(directory));
  const files = readdirSync(directory).flatMap((place) =>
    readdirSync(join(directory, place)).map((name) => join(place, name)),
  );
  return { processes, files };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
