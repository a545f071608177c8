/** A server on a Unix socket that stays reachable: when its socket was removed, as cleaners of temporary directories
 *  do, or something else was put in its place, it listens anew. Requests under way go on. */

import { chmodSync, lstatSync, renameSync, unlinkSync, type Stats } from "node:fs";

export interface ListenerOptions {
  /** Where to listen; asked each time, because directories come and go. In one that only this user may enter. */
  readonly choosePath: () => string;
  /** Listens at the path, where nothing is. */
  readonly serve: (path: string) => SocketServer;
  /** The caller still is who may listen there. Whoever may finds nothing there that is not left over or foreign. */
  readonly mayListen: () => boolean;
  readonly warn: (what: string) => void;
}

/** One `lstat` each time, some microseconds: commands wait longer than that for a daemon. */
const LOOK_MS = 2_000;

export interface SocketServer {
  /** Accepts nothing more. Resolves when what is under way has ended; `cutOff` ends it. */
  stop(cutOff: boolean): Promise<void>;
}

export class Listener {
  readonly #options: ListenerOptions;
  /** The last one listens; earlier ones finish what is under way. */
  readonly #servers = new Set<SocketServer>();
  readonly #timer: ReturnType<typeof setInterval>;
  #path = "";
  #bound: Stats | undefined;
  #isLost = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#listen();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Accepts nothing more; resolves when what is under way has ended. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#servers].map((server) => server.stop(false)));
  }

  /** Cuts off what is under way. */
  async cutOff(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.stop(true)));
  }

  #listen(): void {
    const { choosePath, serve } = this.#options;
    this.#path = choosePath();
    this.#clear(this.#path);
    this.#servers.add(serve(this.#path));
    chmodSync(this.#path, 0o600);
    this.#bound = lookAt(this.#path);
  }

  #look(): void {
    const there = lookAt(this.#path);
    const isOwn = there !== undefined && isSame(there, this.#bound);
    if ((isOwn && !this.#isLost) || !this.#options.mayListen()) return;
    const what = there === undefined ? "was removed" : "was replaced";
    if (!this.#isLost) this.#options.warn(`${this.#path} ${what}: listening anew`);
    try {
      this.#clear(this.#path);
      this.#leave();
      this.#listen();
      this.#isLost = false;
    } catch (error) {
      if (!this.#isLost) this.#options.warn(`cannot listen anew, will try again: ${String(error)}`);
      this.#isLost = true;
    }
  }

  /** Only when the path is clear: a server that stops unlinks whatever is at its path (seen on Bun 1.4.5). */
  #leave(): void {
    for (const server of this.#servers) {
      void server.stop(false).then(() => this.#servers.delete(server));
    }
  }

  /** A socket is left over; anything else is somebody's, and is kept. */
  #clear(path: string): void {
    const there = lookAt(path);
    if (there === undefined) return;
    if (there.isSocket()) return unlinkSync(path);
    const kept = `${path}.foreign-${Date.now()}`;
    renameSync(path, kept);
    this.#options.warn(`what was at ${path} and is no socket is kept as ${kept}`);
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // A part of the path is no directory any more.
  }
}

/** Numbers of inodes are used again at once, so the time belongs to it. */
function isSame(one: Stats, other: Stats | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev && one.ctimeMs === other.ctimeMs;
}
