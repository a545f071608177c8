/** One connection with a program: lines come in as fast as its budget allows, and go out as far as they are read. */

import { limits } from "../model/limits.ts";
import { messageBudget } from "./budget.ts";
import { Lines, type TakenLine } from "./lines.ts";

export interface ConnectionEnds {
  /** What the line costs. */
  heard(line: TakenLine): number;
  /** The other side has gone, and all that it said was heard. */
  closed(): void;
}

type Socket = Bun.Socket<Connection>;

/** Of sockets whose data is their connection. */
export const SOCKET_HANDLERS: Bun.SocketHandler<Connection> = {
  open(socket) {
    // That of a listening socket is given its connection by whoever listens.
    socket.data?.opened(socket);
  },
  data(socket, bytes) {
    socket.data.take(bytes);
  },
  drain(socket) {
    socket.data.flush();
  },
  close(socket) {
    socket.data?.closed();
  },
  error(socket) {
    socket.data?.closed();
  },
};

export class Connection {
  /** Who hears it. Replaced when it turns out whose it is. */
  ends: ConnectionEnds = { heard: () => 1, closed() {} };
  /** Replaced by that of its run, which all of its connections share. */
  budget = messageBudget();
  readonly #lines = new Lines(limits.messageBytes);
  #socket: Socket | null = null;
  #out: Buffer[] = [];
  #outBytes = 0;
  /** What is owed has to be saved up first. */
  #waits: ReturnType<typeof setTimeout> | null = null;
  #isPaused = false;
  /** Nothing comes in any more, and nothing goes out. */
  #isClosed = false;
  #isOver = false;

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.flush();
    // It was turned away before it was there.
    if (this.#isClosed) socket.end();
  }

  /** False when it is closed, or does not read what it is sent. */
  send(line: string): boolean {
    const bytes = Buffer.from(line);
    const isTooMuch = this.#outBytes + bytes.length > limits.messagesWaitingBytes;
    if (this.#isClosed || isTooMuch) return false;
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    this.flush();
    return true;
  }

  take(bytes: Uint8Array): void {
    this.#lines.push(bytes);
    this.budget.spend(bytes.length / limits.messageUnitBytes);
    this.#work();
  }

  flush(): void {
    for (
      let [first] = this.#out;
      this.#socket !== null && first !== undefined;
      [first] = this.#out
    ) {
      const written = Math.max(0, this.#socket.write(first));
      this.#outBytes -= written;
      if (written < first.length) {
        this.#out[0] = first.subarray(written);
        return;
      }
      this.#out.shift();
    }
  }

  /** For what it was answered: what is long took its time to be made. */
  charge(bytes: number): void {
    this.budget.spend(bytes / limits.messageUnitBytes);
  }

  /** Says no more; what was said is on its way. */
  end(): void {
    this.#socket?.end();
    this.closed();
  }

  /** Nothing more is heard of it, either. */
  cutOff(): void {
    this.#isOver = true;
    if (this.#waits !== null) clearTimeout(this.#waits);
    this.#socket?.terminate();
    this.#isClosed = true;
  }

  closed(): void {
    this.#isClosed = true;
    this.#work();
  }

  /** One that says more than it may is not read meanwhile: it is the one that waits. */
  #work(): void {
    if (this.#waits !== null || this.#isOver) return;
    for (;;) {
      const { waitMs } = this.budget;
      if (waitMs > 0) return this.#wait(waitMs);
      const line = this.#lines.next();
      if (line === null) break;
      this.budget.spend(this.ends.heard(line));
      if (this.#isOver) return;
    }
    if (this.#isClosed) {
      this.#isOver = true;
      this.ends.closed();
    } else if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket?.resume();
    }
  }

  #wait(ms: number): void {
    if (!this.#isPaused && !this.#isClosed) this.#socket?.pause();
    this.#isPaused = true;
    this.#waits = setTimeout(() => {
      this.#waits = null;
      this.#work();
    }, ms);
  }
}
