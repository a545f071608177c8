/** The end of what comes through pipes. Who writes too much is stopped. */

import { type OutputTail, TAIL_BYTES } from "./output-tail.ts";

/** How long what was left in the pipes is waited for: a program that left the group may hold them open. */
const DRAIN_MS = 200;

export class PipeTail implements OutputTail {
  readonly end = "pipe";
  isTooMuch = false;
  #bytes = Buffer.alloc(0);
  #total = 0;
  readonly #maxBytes: number;
  readonly #stop: () => void;
  readonly #readers: { readonly done: Promise<null>; readonly cancel: () => void }[] = [];

  constructor(maxBytes: number, stop: () => void) {
    this.#maxBytes = maxBytes;
    this.#stop = stop;
  }

  begin(stream: unknown): void {
    if (stream instanceof ReadableStream) this.#readers.push(this.#readFrom(stream));
  }

  async finish(): Promise<Buffer> {
    const readers = this.#readers;
    if (readers.length > 0) {
      await Promise.race([Promise.all(readers.map(({ done }) => done)), Bun.sleep(DRAIN_MS)]);
    }
    for (const { cancel } of readers) cancel();
    return this.#bytes;
  }

  /** Until its end, or until it is cancelled; never rejects. */
  #readFrom(stream: ReadableStream<Uint8Array>) {
    const reader = stream.getReader();
    const read = async (): Promise<null> => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return null;
        this.#add(value);
      }
    };
    return {
      // Broken off: what came is what there is.
      done: read().catch(() => null),
      // It may be at its end already.
      cancel: () => void reader.cancel().catch(() => null),
    };
  }

  #add(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    this.#total += chunk.length;
    if (this.#total <= this.#maxBytes || this.isTooMuch) return;
    this.isTooMuch = true;
    this.#stop();
  }
}
