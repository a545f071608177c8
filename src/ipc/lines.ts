/** Bytes that come in pieces, taken apart into lines of a bounded length. */

const LINE_END = 0x0a;

/** A line, or that one was too long and is passed over. */
export type TakenLine = { readonly text: string } | { readonly isTooLong: true };

export class Lines {
  readonly #mostBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  /** So much of the rest holds no line end. */
  #searched = 0;
  /** Within a line that is too long. */
  #skips = false;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  push(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
  }

  /** The next whole line; null until more bytes come. */
  next(): TakenLine | null {
    for (;;) {
      const end = this.#rest.indexOf(LINE_END, this.#searched);
      if (end < 0) {
        this.#searched = this.#rest.length;
        if (this.#searched <= this.#mostBytes) return null;
        this.#drop(this.#searched);
        if (this.#skips) continue;
        this.#skips = true;
        return { isTooLong: true };
      }
      const line = this.#rest.subarray(0, end);
      const wasSkipped = this.#skips;
      this.#skips = false;
      const text = wasSkipped || end > this.#mostBytes ? null : line.toString("utf8");
      this.#drop(end + 1);
      if (wasSkipped) continue;
      return text === null ? { isTooLong: true } : { text };
    }
  }

  #drop(count: number): void {
    // A copy when little is left, or a small rest would keep a large piece.
    const rest = this.#rest.subarray(count);
    this.#rest = rest.length * 2 < this.#rest.buffer.byteLength ? Buffer.from(rest) : rest;
    this.#searched = 0;
  }
}
