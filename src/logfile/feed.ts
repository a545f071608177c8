/** One stream as a view takes it: its pieces in order, chosen by a filter where there is one. */

import { cut, type Piece, type Source } from "./pieces.ts";
import type { LineFilter } from "./line-filter.ts";
import { StreamReader, type StreamReaderOptions } from "./stream-reader.ts";

/** A line without an end is shown after that long without it. */
const PARTIAL_AFTER_MS = 250;

export class Feed implements Source {
  readonly #reader: StreamReader;
  readonly #filter: LineFilter | null;
  /** Since when nothing was read, in milliseconds; null: something was. */
  #idleSinceMs: number | null = null;

  constructor(options: StreamReaderOptions, filter: LineFilter | null) {
    this.#reader = new StreamReader(options);
    this.#filter = filter;
  }

  get owner() {
    return this.#reader.owner;
  }

  get stream() {
    return this.#reader.stream;
  }

  /** Up to the place `end`; null: there is nothing more for now. */
  next(takePartial: boolean, end: number): Piece[] | null {
    for (;;) {
      const block = this.#reader.read(takePartial, end);
      if (block === null) return null;
      const pieces = this.#filter?.take(block) ?? cut(this, block, 0, block.bytes.length);
      if (pieces.length > 0) return pieces;
    }
  }

  /** What was added by now; an unfinished line when it has waited. Null: nothing was. */
  added(nowMs: number): Piece[] | null {
    // A line is chosen or not as a whole.
    const isOverdue =
      this.#filter === null &&
      this.#idleSinceMs !== null &&
      nowMs - this.#idleSinceMs >= PARTIAL_AFTER_MS;
    const block = this.#reader.read(isOverdue);
    if (block === null) {
      this.#idleSinceMs ??= nowMs;
      return null;
    }
    this.#idleSinceMs = null;
    return this.#filter?.take(block) ?? cut(this, block, 0, block.bytes.length);
  }

  takeMissed(): number {
    return this.#reader.takeMissed();
  }

  close(): void {
    this.#reader.close();
  }
}
