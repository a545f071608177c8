/** Which commands procman is running for itself, noted on disk. A daemon that is killed leaves them behind with nobody to
 *  watch their time, and the next one does again what it did not hear the end of: so that ends them first. */

import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import type { ProcessIdentity } from "../model/inputs.ts";
import { identityOf } from "./identity.ts";
import { signalGroup } from "./signals.ts";

/** Beyond that many bytes only what is still under way is kept. */
const MAX_BYTES = 256 * 1024;

/** Ends what a daemon of before has left. */
export function openCommandJournal(path: string): CommandJournal {
  for (const leader of notedIn(path)) signalGroup(leader, "SIGKILL");
  return new CommandJournal(path);
}

export class CommandJournal {
  readonly #path: string;
  readonly #underWay = new Set<string>();
  #fd: number;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "w", 0o600);
  }

  /** One that was just started, and leads a group. To be called when it is over: what is given back. */
  begin(pid: number): () => void {
    try {
      const identity = identityOf(pid);
      if (identity === null) return () => {};
      const line = `${pid} ${identity.startTicks}\n`;
      this.#underWay.add(line);
      this.#write(line);
      return () => void this.#underWay.delete(line);
    } catch {
      // No room on the disk, or no descriptor to look with: it runs all the same, and would outlive a kill of the daemon.
      return () => {};
    }
  }

  #write(line: string): void {
    if (this.#bytes > MAX_BYTES) this.#trim();
    else this.#bytes += writeSync(this.#fd, line);
  }

  #trim(): void {
    const lines = [...this.#underWay].join("");
    writeFileSync(`${this.#path}.new`, lines, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a", 0o600);
    this.#bytes = lines.length;
  }
}

/** The last line may be cut off. */
function notedIn(path: string): ProcessIdentity[] {
  let text = "";
  try {
    text = readFileSync(path, "latin1");
  } catch {
    return []; // There was no daemon before.
  }
  return [...text.matchAll(/^(\d+) (.+)\n/gm)].map(([, pid, startTicks = ""]) => ({
    pid: Number(pid),
    startTicks,
  }));
}
