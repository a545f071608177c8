/** Which process each run became, noted at once after its spawn. The registry learns it with the next commit; a daemon
 *  that dies before that must not start a second process, and one that has ended leaves no other trace. */

import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";

/** Beyond that many bytes only the end is kept, which is far more than one step spawns. */
const MAX_BYTES = 512 * 1024;
const KEPT_BYTES = 128 * 1024;

export class SpawnJournal {
  readonly #path: string;
  #fd: number;
  #bytes: number;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "a", 0o600);
    this.#bytes = readFileSync(path).length;
  }

  note(runId: RunId, { pid, startTicks }: ProcessIdentity): void {
    if (this.#bytes > MAX_BYTES) this.#trim();
    this.#bytes += writeSync(this.#fd, `${runId} ${pid} ${startTicks}\n`);
  }

  /** The leader that a run was given, alive or not; null when none is known. */
  find(runId: RunId): ProcessIdentity | null {
    const lines = readFileSync(this.#path, "utf8").split("\n");
    const last = lines.findLast((line) => line.startsWith(`${runId} `));
    const [, pid, startTicks] = last?.split(" ") ?? [];
    if (pid === undefined || startTicks === undefined) return null;
    return { pid: Number(pid), startTicks };
  }

  close(): void {
    closeSync(this.#fd);
  }

  #trim(): void {
    const end = readFileSync(this.#path, "utf8").slice(-KEPT_BYTES);
    writeFileSync(`${this.#path}.new`, end.slice(end.indexOf("\n") + 1), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a", 0o600);
    this.#bytes = KEPT_BYTES;
  }
}
