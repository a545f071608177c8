/** Watching processes that Bun does not watch: those of an earlier daemon, and foreground commands. Their ends are
 *  seen through pidfds, all in one `poll` on a timer that runs only while something is watched. */

import { closeSync } from "node:fs";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { ObservedExit } from "../supervisor/ports.ts";
import { isAlive, isPresent } from "./identity.ts";
import type { Libc } from "./libc.ts";
import { processTable } from "./process-table.ts";
import { signalName } from "./signals.ts";

/** One look through pidfds costs about 30 µs for 500 processes. */
const LOOK_MS = 50;

/** Without them a look is one at the whole process table, so they are more seldom. */
const SLOW_LOOK_MS = 500;

/** The kernel tells the exit code of a stranger only after its parent has reaped it: so long that is waited for. */
const PATIENCE_MS = 500;

const UNKNOWN: ObservedExit = { code: null, signal: null, oomKilled: false, known: false };

interface Watched {
  readonly identity: ProcessIdentity;
  readonly onExit: (exit: ObservedExit) => void;
  /** Null where there are no pidfds, and for those that are gone. */
  readonly pidfd: number | null;
  /** When it was first seen to be gone. */
  goneAtMs: number | null;
}

export class Watcher {
  readonly #libc: Libc | null;
  readonly #watched = new Set<Watched>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #slowLookAtMs = 0;

  constructor(libc: Libc | null) {
    this.#libc = libc;
  }

  /** `onExit` is called once, not before this has returned. The result ends the watch. */
  watch(identity: ProcessIdentity, onExit: (exit: ObservedExit) => void): () => void {
    const opened = this.#libc?.pidfdOpen(identity.pid) ?? null;
    // Asked after the descriptor was opened: so it names the process that is meant, and not one that took its pid.
    const isMeant = isPresent(identity);
    if (!isMeant && opened !== null) closeSync(opened);
    const pidfd = isMeant ? opened : null;
    const watched: Watched = { identity, onExit, pidfd, goneAtMs: null };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    if (!isAlive(identity)) setImmediate(() => this.#examine(watched));
    return () => this.#drop(watched);
  }

  isWatching({ pid, startTicks }: ProcessIdentity): boolean {
    return [...this.#watched].some(
      ({ identity }) => identity.pid === pid && identity.startTicks === startTicks,
    );
  }

  close(): void {
    for (const watched of this.#watched) this.#drop(watched);
  }

  #look(): void {
    const pidfds = [...this.#watched].flatMap(({ pidfd }) => pidfd ?? []);
    const ended = new Set(this.#libc?.readable(pidfds));
    for (const watched of this.#watched) {
      if (watched.pidfd !== null && ended.has(watched.pidfd)) this.#examine(watched);
    }
    const slow = [...this.#watched].filter(({ pidfd }) => pidfd === null);
    if (slow.length > 0 && performance.now() >= this.#slowLookAtMs) this.#lookSlowly(slow);
  }

  #lookSlowly(watched: readonly Watched[]): void {
    this.#slowLookAtMs = performance.now() + SLOW_LOOK_MS;
    const rows = new Map(processTable.rows().map((row) => [row.pid, row]));
    for (const one of watched) {
      const row = rows.get(one.identity.pid);
      const isThere = row?.startTicks === one.identity.startTicks && !row.isZombie;
      if (!isThere) this.#examine(one);
    }
  }

  /** Tells of the end of a process that is gone. */
  #examine(watched: Watched): void {
    if (!this.#watched.has(watched)) return;
    const status = this.#statusOf(watched);
    watched.goneAtMs ??= performance.now();
    const mayStillTell = watched.pidfd !== null && isPresent(watched.identity);
    if (status === null && mayStillTell && performance.now() - watched.goneAtMs < PATIENCE_MS) {
      return;
    }
    this.#drop(watched);
    watched.onExit(status === null ? UNKNOWN : fromWaitStatus(status));
  }

  /** A child of ours, from before the program was replaced, is reaped; of others the kernel may know. */
  #statusOf({ identity, pidfd }: Watched): number | null {
    const reaped = this.#libc?.reap(identity.pid) ?? null;
    return reaped ?? (pidfd === null ? null : (this.#libc?.pidfdExit(pidfd) ?? null));
  }

  #drop(watched: Watched): void {
    if (!this.#watched.delete(watched)) return;
    if (watched.pidfd !== null) closeSync(watched.pidfd);
    if (this.#watched.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** As `waitpid` gives it: the signal in the low seven bits, else the code in the next byte. */
function fromWaitStatus(status: number): ObservedExit {
  const signal = status & 0x7f;
  const code = (status >> 8) & 0xff;
  return signal === 0
    ? { code, signal: null, oomKilled: false, known: true }
    : { code: null, signal: signalName(signal), oomKilled: false, known: true };
}
