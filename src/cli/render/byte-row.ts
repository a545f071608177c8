/** Bytes put together into one buffer that is used again and again. */

const FIRST_BYTES = 64 * 1024;

export class ByteRow {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  add(bytes: Uint8Array): void {
    this.#fit(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Each line of `bytes` with `head` before it; not before the first when that goes on with a line. */
  addLines(bytes: Buffer, head: Buffer, goesOn: boolean): void {
    let from = 0;
    if (goesOn) {
      from = bytes.indexOf(NEWLINE) + 1;
      this.add(from === 0 ? bytes : bytes.subarray(0, from));
      if (from === 0) return;
    }
    while (from < bytes.length) {
      const end = bytes.indexOf(NEWLINE, from) + 1;
      const to = end === 0 ? bytes.length : end;
      this.#fit(head.length + to - from);
      this.#length += head.copy(this.#buffer, this.#length);
      this.#length += bytes.copy(this.#buffer, this.#length, from, to);
      from = to;
    }
  }

  /** All of it, good until something is added again; the row is empty then. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #fit(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length + more, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

const NEWLINE = 10;
