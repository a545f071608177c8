/** Being the first process of a container: whoever loses his parent becomes a child of this process, and stays a zombie
 *  until it is reaped here. Bun reaps what it has started, and nobody else. */

import type { ProcessIdentity } from "../model/inputs.ts";
import { libc } from "./libc.ts";
import { processTable } from "./process-table.ts";

/** Bun reaps its own at once; whoever is still there after that long is none of them. Many that end together share a
 *  look. */
const LOOK_MS = 50;

/** Does nothing in any other process. `isOwn`: somebody waits for how that one ended. */
export function reapOrphans(isOwn: (child: ProcessIdentity) => boolean): void {
  const c = process.pid === 1 ? libc() : null;
  if (c === null) return;
  let seen: ReadonlySet<string> = new Set();
  let isDue = false;

  function look(): void {
    isDue = false;
    const dead = processTable
      .rows()
      .filter((row) => row.isZombie && row.ppid === process.pid && !isOwn(row));
    // Each by its pid: to ask for any would take the exit codes of Bun's own children.
    const orphans = dead.filter((row) => seen.has(nameOf(row)));
    for (const { pid } of orphans) c?.reap(pid);
    seen = new Set(dead.map(nameOf));
    if (dead.length > 0) lookSoon();
  }
  function lookSoon(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(look, LOOK_MS).unref();
  }
  process.on("SIGCHLD", lookSoon);
  lookSoon();
}

function nameOf({ pid, startTicks }: ProcessIdentity): string {
  return `${pid} ${startTicks}`;
}
