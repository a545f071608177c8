/** Streams of chunks from one program to another. Who writes waits as soon as the other side has as much as it takes;
 *  who reads is given the next chunk when it asks for it. */

import { envelope, type Line, type Message } from "./child-line.ts";
import { connectionLost, MessageError } from "./child-calls.ts";

export interface StreamWriter {
  /** Any JSON, up to 32 KiB. Resolves when the next may be written. */
  write(chunk: unknown): Promise<void>;
  /** Resolves with what the handler of the other side gives. */
  end(): Promise<unknown>;
  /** Ends it before its time; the other side is told why. */
  abort(reason: string): void;
}

/** Its chunks, in order. Throws when its sender goes, or ends it before its time. */
export interface StreamReader extends AsyncIterable<unknown> {
  /** Whose it is: `api.1`. */
  readonly from: string;
}

/** Gives the answer that the end of the stream is waited for with. */
export type StreamHandler = (stream: StreamReader) => unknown;

/** So many chunks are dealt with before it is said; less than procman lets be under way. */
const TOLD_EVERY = 4;

export class Streams {
  readonly #outgoing = new Map<unknown, Outgoing>();
  readonly #incoming = new Map<unknown, Incoming>();
  handler: StreamHandler | null = null;

  open(line: Line, id: string, to: string, timeoutMs: number): Promise<StreamWriter> {
    const outgoing = new Outgoing(line, { id, to, timeoutMs }, () => this.#outgoing.delete(id));
    this.#outgoing.set(id, outgoing);
    line.say(envelope("stream", { id, to }));
    return outgoing.opened();
  }

  credited(line: Line, id: unknown, n: number): void {
    const outgoing = this.#outgoing.get(id);
    if (outgoing !== undefined) return outgoing.credited(n);
    // It was given up before it was open.
    line.sayIfOpen(envelope("stream", { id, error: "its sender has given up" }));
  }

  answered(id: unknown, result: unknown): void {
    this.#outgoing.get(id)?.answered(result);
  }

  refused(id: unknown, error: Error): void {
    this.#outgoing.get(id)?.broken(error);
  }

  /** What another program streams to this one. */
  heard(line: Line, message: Message): void {
    const { id, from, error } = message;
    if (typeof from === "string") return void this.#receive(line, id, from);
    const incoming = this.#incoming.get(id);
    if (typeof error === "string")
      return incoming?.broken(new MessageError("STREAM_BROKEN", error));
    if ("data" in message) incoming?.push(message["data"]);
    if (message["end"] === true) incoming?.finish();
  }

  lost(): void {
    for (const it of [...this.#outgoing.values(), ...this.#incoming.values()]) {
      it.broken(connectionLost());
    }
  }

  async #receive(line: Line, id: unknown, from: string): Promise<void> {
    const letGo = line.hold();
    const incoming = new Incoming(from, (n) => line.sayIfOpen(envelope("credit", { id, n })));
    this.#incoming.set(id, incoming);
    try {
      if (this.handler === null) throw new Error("it takes no streams");
      const result = await this.handler(incoming);
      line.sayIfOpen(envelope("response", { id, result: result ?? null }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      line.sayIfOpen(envelope("error", { id, message }));
    } finally {
      this.#incoming.delete(id);
      letGo();
    }
  }
}

interface Which {
  readonly id: string;
  readonly to: string;
  readonly timeoutMs: number;
}

class Outgoing implements StreamWriter {
  readonly #line: Line;
  readonly #which: Which;
  readonly #end = settleable<unknown>();
  readonly #letGo: () => void;
  #credit = 0;
  /** Set while nothing may be sent. */
  #awaited = settleable<void>();
  /** Chunks go in the order in which they were written, whether or not that was waited for. */
  #last: Promise<void> = Promise.resolve();
  #over: Error | null = null;

  constructor(line: Line, which: Which, forget: () => void) {
    this.#line = line;
    this.#which = which;
    const letGo = line.hold();
    this.#letGo = () => (letGo(), forget());
    this.#end.promise.catch(() => {
      // Who does not wait for the end learns of it with the next chunk.
    });
  }

  async opened(): Promise<StreamWriter> {
    await this.#mayGo();
    return this;
  }

  write(chunk: unknown): Promise<void> {
    return this.#inOrder(async () => {
      await this.#mayGo();
      this.#credit -= 1;
      this.#say({ data: chunk ?? null });
    });
  }

  async end(): Promise<unknown> {
    await this.#inOrder(async () => {
      if (this.#over === null) this.#say({ end: true });
    });
    return this.#inTime(this.#end.promise);
  }

  abort(reason: string): void {
    if (this.#over !== null) return;
    this.#say({ error: reason });
    this.broken(new MessageError("STREAM_BROKEN", reason));
  }

  credited(n: number): void {
    this.#credit += n;
    this.#awaited.resolve();
    this.#awaited = settleable();
  }

  answered(result: unknown): void {
    this.#finish(new MessageError("STREAM_BROKEN", `${this.#which.to} has answered already`));
    this.#end.resolve(result);
  }

  broken(error: Error): void {
    this.#finish(error);
    this.#end.reject(error);
  }

  #finish(over: Error): void {
    this.#over ??= over;
    this.#awaited.resolve();
    this.#letGo();
  }

  async #mayGo(): Promise<void> {
    while (this.#credit === 0 && this.#over === null) await this.#inTime(this.#awaited.promise);
    if (this.#over !== null) throw this.#over;
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {
      // Whoever wrote it is told; what follows finds out by itself.
    });
    return done;
  }

  async #inTime<T>(awaited: Promise<T>): Promise<T> {
    const { to, timeoutMs } = this.#which;
    const timer = setTimeout(() => {
      this.abort(`${to} has taken nothing within ${timeoutMs} ms`);
    }, timeoutMs);
    try {
      return await awaited;
    } finally {
      clearTimeout(timer);
    }
  }

  #say(content: Readonly<Record<string, unknown>>): void {
    this.#line.sayIfOpen(envelope("stream", { id: this.#which.id, ...content }));
  }
}

class Incoming implements StreamReader {
  readonly from: string;
  readonly #credit: (n: number) => void;
  readonly #chunks: unknown[] = [];
  #wake: () => void = () => {};
  #isFinished = false;
  #failure: Error | null = null;

  constructor(from: string, credit: (n: number) => void) {
    this.from = from;
    this.#credit = credit;
  }

  push(chunk: unknown): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  finish(): void {
    this.#isFinished = true;
    this.#wake();
  }

  broken(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator {
    for (let dealtWith = 0; ;) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#chunks.length > 0) {
        yield this.#chunks.shift();
        dealtWith += 1;
        if (dealtWith < TOLD_EVERY) continue;
        this.#credit(dealtWith);
        dealtWith = 0;
      } else if (this.#isFinished) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }
}

interface Settleable<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers` is there from Node 22 on. */
function settleable<T>(): Settleable<T> {
  let resolve: Settleable<T>["resolve"] = () => {};
  let reject: Settleable<T>["reject"] = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
