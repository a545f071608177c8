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

/** As much as a socket takes at once, about. */
const PIECE_BYTES = 64 * 1024;

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
  #isFlushing = false;
  /** The socket takes no more, and says when it does again. */
  #isFull = false;
  /** What is owed has to be saved up first, or others have their turn. */
  #endWait: (() => void) | null = null;
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

  /** False when it is closed, or has more than `mostWaitingBytes` to read already. */
  send(line: string | Buffer, mostWaitingBytes: number = limits.messagesWaitingBytes): boolean {
    const bytes = typeof line === "string" ? Buffer.from(line) : line;
    const isTooMuch = this.#outBytes + bytes.length > mostWaitingBytes;
    if (this.#isClosed || isTooMuch) return false;
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    this.#flushSoon();
    return true;
  }

  take(bytes: Uint8Array): void {
    this.#lines.push(bytes);
    this.budget.spend(bytes.length / limits.messageUnitBytes);
    this.#work();
  }

  flush(): void {
    this.#isFull = false;
    while (this.#socket !== null && this.#out.length > 0) {
      const piece = this.#nextPiece();
      const written = Math.max(0, this.#socket.write(piece));
      this.#outBytes -= written;
      if (written < piece.length) {
        this.#out.unshift(piece.subarray(written));
        this.#isFull = true;
        return;
      }
    }
  }

  /** Says no more; what was said is on its way. */
  end(): void {
    this.flush();
    this.#socket?.end();
    this.closed();
  }

  /** Nothing more is heard of it, either. */
  cutOff(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endWait?.();
    this.#socket?.terminate();
    this.#isClosed = true;
    this.ends.closed();
  }

  closed(): void {
    this.#isClosed = true;
    this.#work();
  }

  /** One that says more than it may is not read meanwhile: it is the one that waits. */
  #work(): void {
    if (this.#endWait !== null || this.#isOver) return;
    const turnEndsMs = performance.now() + limits.messagesTurnMs;
    for (;;) {
      const { waitMs } = this.budget;
      if (waitMs > 0) return this.#wait(waitMs);
      if (performance.now() > turnEndsMs) return this.#wait(0);
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

  /** 0: until others had their turn. */
  #wait(ms: number): void {
    if (!this.#isPaused && !this.#isClosed) this.#socket?.pause();
    this.#isPaused = true;
    const goOn = (): void => {
      this.#endWait = null;
      this.#work();
    };
    if (ms === 0) {
      const turn = setImmediate(goOn);
      this.#endWait = () => clearImmediate(turn);
    } else {
      const timer = setTimeout(goOn, ms);
      this.#endWait = () => clearTimeout(timer);
    }
  }

  /** What is sent in one go is written in one. */
  #flushSoon(): void {
    if (this.#isFlushing || this.#isFull) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  /** Taken off the queue: one line that is long, or several that are short. */
  #nextPiece(): Buffer {
    let count = 0;
    for (let bytes = 0; count < this.#out.length; count += 1) {
      bytes += this.#out[count]?.length ?? 0;
      if (bytes > PIECE_BYTES && count > 0) break;
    }
    const lines = this.#out.splice(0, count);
    return lines.length === 1 && lines[0] !== undefined ? lines[0] : Buffer.concat(lines);
  }
}
