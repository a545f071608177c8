/** One connection through the balancer: what either side says goes to the other, no faster than that one takes it; what
 *  one has ended is ended for the other, in each direction by itself. */

import type { Socket, SocketHandler } from "bun";
import { limits } from "../model/limits.ts";

/** One that is gone without a word, as after a power cut, is found out by the kernel after some minutes. */
const KEEP_ALIVE_MS = 60_000;

/** What hangs on each socket. */
export interface End {
  /** Gets what the socket's peer says, and what became of it. */
  owner: Owner | null;
}

export interface Owner {
  said(from: Socket<End>, bytes: Uint8Array): void;
  /** There is room again. */
  drained(socket: Socket<End>): void;
  /** Its peer says nothing more, and still listens. */
  ended(socket: Socket<End>): void;
  closed(socket: Socket<End>, wasCut: boolean): void;
}

/** For both sides: listeners and connections. */
export const RELAYED: Omit<SocketHandler<End>, "open"> = {
  data: (socket, bytes) => socket.data.owner?.said(socket, bytes),
  drain: (socket) => socket.data.owner?.drained(socket),
  end: (socket) => socket.data.owner?.ended(socket),
  close: (socket, error) => socket.data.owner?.closed(socket, error !== undefined),
  error() {
    // Its close comes next.
  },
};

export function tune(socket: Socket<End>): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
}

export class Relay implements Owner {
  readonly #client: Side;
  readonly #backend: Side;
  readonly #onClosed: () => void;
  /** When something was last said, and by whom. */
  #lastMs = performance.now();
  #lastBy: "client" | "backend" | "nobody" = "nobody";

  /** Both sockets are its own from here on. */
  constructor(client: Socket<End>, backend: Socket<End>, onClosed: () => void) {
    this.#client = new Side(client);
    this.#backend = new Side(backend);
    this.#onClosed = onClosed;
    client.data.owner = this;
    backend.data.owner = this;
  }

  /** Nothing has been said for a while, and if anything ever was, the backend had the last word. */
  get isAtRest(): boolean {
    if (this.#client.isBehind || this.#backend.isBehind || this.#lastBy === "client") return false;
    const { drainQuietMs, drainUnspokenMs } = limits;
    const quietMs = this.#lastBy === "nobody" ? drainUnspokenMs : drainQuietMs;
    return performance.now() - this.#lastMs >= quietMs;
  }

  said(from: Socket<End>, bytes: Uint8Array): void {
    this.#lastMs = performance.now();
    this.#lastBy = from === this.#backend.socket ? "backend" : "client";
    if (!this.#other(from).send(bytes)) from.pause();
  }

  drained(socket: Socket<End>): void {
    const side = this.#sideOf(socket);
    if (side.flush()) this.#other(socket).resume();
  }

  ended(socket: Socket<End>): void {
    this.#other(socket).shut();
  }

  closed(socket: Socket<End>, wasCut: boolean): void {
    this.#sideOf(socket).isClosed = true;
    const other = this.#other(socket);
    if (other.isClosed) this.#onClosed();
    else if (wasCut) other.cut();
    else other.close();
  }

  #sideOf(socket: Socket<End>): Side {
    return socket === this.#client.socket ? this.#client : this.#backend;
  }

  #other(socket: Socket<End>): Side {
    return socket === this.#client.socket ? this.#backend : this.#client;
  }
}

/** What is on its way to one of the two. */
class Side {
  readonly socket: Socket<End>;
  isClosed = false;
  /** What the kernel has not taken. */
  #rest: Uint8Array | null = null;
  /** What is done when the rest is gone. */
  #last: "shut" | "close" | null = null;

  constructor(socket: Socket<End>) {
    this.socket = socket;
  }

  get isBehind(): boolean {
    return this.#rest !== null;
  }

  /** False: no more for now. */
  send(bytes: Uint8Array): boolean {
    if (this.isClosed) return true;
    if (this.#rest !== null) {
      // It was said before the pause took hold.
      this.#rest = Buffer.concat([this.#rest, bytes]);
      return false;
    }
    const taken = Math.max(0, this.socket.write(bytes));
    if (taken < bytes.length) this.#rest = bytes.subarray(taken);
    return this.#rest === null;
  }

  /** True when nothing is left to be sent. */
  flush(): boolean {
    if (this.#rest === null) return true;
    const rest = this.#rest;
    this.#rest = null;
    if (!this.send(rest)) return false;
    if (this.#last !== null) this.#finish(this.#last);
    return true;
  }

  resume(): void {
    if (!this.isClosed) this.socket.resume();
  }

  /** Tells it that nothing more comes. */
  shut(): void {
    this.#finish("shut");
  }

  close(): void {
    this.#finish("close");
  }

  cut(): void {
    if (!this.isClosed) this.socket.terminate();
  }

  #finish(how: "shut" | "close"): void {
    if (this.isClosed) return;
    if (this.#rest !== null) {
      this.#last = how;
      return;
    }
    if (how === "shut") this.socket.shutdown();
    else this.socket.end();
  }
}
