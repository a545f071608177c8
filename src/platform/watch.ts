/** Watching processes that Bun does not watch: those of an earlier daemon, and foreground commands. Their ends are
 *  seen through pidfds, all in one `poll` on a timer that runs only while something is watched. */

import { closeSync } from "node:fs";
import { constants } from "node:os";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { ObservedExit } from "../supervisor/ports.ts";
import { isAlive, isPresent } from "./identity.ts";
import { libc } from "./libc.ts";

/** One look costs about 30 µs for 500 processes. */
const LOOK_MS = 50;
/** The kernel tells the exit code of a stranger only after its parent has noticed: so many looks it is waited for. */
const PATIENCE = 4;

const UNKNOWN: ObservedExit = { code: null, signal: null, oomKilled: false, known: false };

interface Watched {
  readonly identity: ProcessIdentity;
  readonly onExit: (exit: ObservedExit) => void;
  /** Null where there are no pidfds: then the process table is asked. */
  readonly fd: number | null;
  /** It had ended when the watch began. */
  readonly wasGone: boolean;
  looks: number;
}

export class Watcher {
  readonly #watched = new Set<Watched>();
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `onExit` is called once, not before this has returned. The result ends the watch. */
  watch(identity: ProcessIdentity, onExit: (exit: ObservedExit) => void): () => void {
    const opened = libc()?.pidfdOpen(identity.pid) ?? null;
    // Looked at after the descriptor was opened: it names the process that is meant, or one that took its pid.
    const isMeant = isPresent(identity);
    if (!isMeant && opened !== null) closeSync(opened);
    const fd = isMeant ? opened : null;
    const watched = { identity, onExit, fd, wasGone: !isAlive(identity), looks: 0 };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    if (watched.wasGone) setImmediate(() => this.#look());
    return () => this.#drop(watched);
  }

  close(): void {
    for (const watched of this.#watched) this.#drop(watched);
  }

  #look(): void {
    const fds = [...this.#watched].flatMap(({ fd }) => fd ?? []);
    const ended = new Set(libc()?.readable(fds));
    for (const watched of this.#watched) {
      const { fd, identity, wasGone } = watched;
      const isGone = wasGone || (fd === null ? !isAlive(identity) : ended.has(fd));
      if (!isGone) continue;
      const status = exitStatus(identity.pid, fd);
      watched.looks += 1;
      if (status === null && fd !== null && watched.looks < PATIENCE) continue;
      this.#drop(watched);
      watched.onExit(status === null ? UNKNOWN : fromWaitStatus(status));
    }
  }

  #drop(watched: Watched): void {
    if (!this.#watched.delete(watched)) return;
    if (watched.fd !== null) closeSync(watched.fd);
    if (this.#watched.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** A child of ours, from before the program was replaced, is reaped; of others the kernel may know. */
function exitStatus(pid: number, fd: number | null): number | null {
  const c = libc();
  return c?.reap(pid) ?? (fd === null ? null : (c?.pidfdExit(fd) ?? null));
}

/** As `waitpid` gives it: the signal in the low seven bits, else the code in the next byte. */
function fromWaitStatus(status: number): ObservedExit {
  const number = status & 0x7f;
  if (number === 0) {
    return { code: (status >> 8) & 0xff, signal: null, oomKilled: false, known: true };
  }
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return { code: null, signal: name ?? String(number), oomKilled: false, known: true };
}
