/** The line from a program to procman: JSON documents over a Unix socket that is connected to anew whenever it breaks.
 *  It runs in whatever runs the program, so it is made of Node's own modules alone. */

import { createConnection, type Socket } from "node:net";

export type Message = Readonly<Record<string, unknown>>;

export interface LineEnds {
  /** What is said first on a new connection. */
  opened(): readonly Message[];
  heard(message: Message): void;
  /** It was there, and is not any more. */
  lost(): void;
}

export const VERSION = 1;

export function envelope(type: string, content: Readonly<Record<string, unknown>> = {}): Message {
  return { procman: VERSION, type, ...content };
}

/** Before it is tried again: twice as long each time. */
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** One that has lasted that long was no mistake; before, it may be that it is turned away each time. */
const LASTING_MS = 5_000;
/** What may wait while there is no connection; then the oldest is forgotten. */
const WAITING_MOST = 1_000;

export class Line {
  readonly #path: string;
  readonly #ends: LineEnds;
  #socket: Socket;
  #isOpen = false;
  #rest = "";
  #waiting: Message[] = [];
  #retryMs = RETRY_FIRST_MS;
  #openedMs = 0;
  /** What was written and not taken yet; each lets go of the program. */
  readonly #onItsWay = new Set<() => void>();
  /** So much is under way that the program has to live for. */
  #holds = 0;

  constructor(path: string, ends: LineEnds) {
    this.#path = path;
    this.#ends = ends;
    this.#socket = this.#connect();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Said as soon as there is a connection. */
  say(message: Message): void {
    if (this.#isOpen) return this.#write(message);
    this.#waiting.push(message);
    if (this.#waiting.length > WAITING_MOST) this.#waiting.shift();
  }

  /** For what is of no use on another connection, or is said at the beginning of each anyway. False: it was not. */
  sayIfOpen(message: Message): boolean {
    if (this.#isOpen) this.#write(message);
    return this.#isOpen;
  }

  /** Keeps the program alive until the function that it gives is called. */
  hold(): () => void {
    this.#holds += 1;
    this.#socket.ref();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds === 0) this.#socket.unref();
    };
  }

  #write(message: Message): void {
    const letGo = this.hold();
    this.#onItsWay.add(letGo);
    this.#socket.write(`${JSON.stringify(message)}\n`, () => {
      this.#onItsWay.delete(letGo);
      letGo();
    });
  }

  #connect(): Socket {
    const socket = createConnection(this.#path);
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      this.#isOpen = true;
      this.#openedMs = performance.now();
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const message of [...this.#ends.opened(), ...waiting]) this.#write(message);
      if (this.#holds === 0) socket.unref();
    });
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("error", () => {
      // Nobody is there: it is closed now, and tried again.
    });
    socket.on("close", () => this.#again());
    return socket;
  }

  #again(): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#rest = "";
    for (const letGo of this.#onItsWay) letGo();
    this.#onItsWay.clear();
    if (wasOpen) this.#ends.lost();
    if (wasOpen && performance.now() - this.#openedMs >= LASTING_MS) this.#retryMs = RETRY_FIRST_MS;
    const timer = setTimeout(
      () => {
        this.#socket = this.#connect();
        if (this.#holds === 0) this.#socket.unref();
      },
      this.#retryMs * (0.75 + Math.random() / 2),
    );
    timer.unref();
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = parsed(line);
      if (message !== null) this.#ends.heard(message);
    }
  }
}

/** Null for what is no message of procman's. */
function parsed(line: string): Message | null {
  try {
    const said: unknown = JSON.parse(line);
    return said !== null && typeof said === "object" && "procman" in said ? { ...said } : null;
  } catch {
    return null; // The connection broke within a line.
  }
}
