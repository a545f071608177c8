/** When the bytes of a segment were written, and by which run, read from the index beside it. An index that is lost or
 *  damaged is done without: then the file's own time stands for all of it. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { decodeHeader, decodeRecord, RECORD_BYTES, type IndexRecord } from "./index-records.ts";
import { indexPath } from "./paths.ts";
import type { Segment } from "./segments.ts";

/** Records read at once. */
const CHUNK_BYTES = 64 * 1024;

export class LineTimes {
  readonly #segment: Segment;
  #records = Buffer.alloc(0);
  /** The record that the last answer came from: questions come in order. */
  #at = 1;

  constructor(segment: Segment) {
    this.#segment = segment;
    this.refresh();
  }

  /** Takes in what was added to the index. */
  refresh(): void {
    const { path, inode } = this.#segment;
    try {
      const fd = openSync(indexPath(dirname(path), inode), "r");
      try {
        this.#append(fd);
      } finally {
        closeSync(fd);
      }
    } catch {
      // Lost: `at` answers with the file's own time.
    }
    if (decodeHeader(this.#records) === null) this.#records = Buffer.alloc(0);
  }

  /** The record that speaks of the byte at `offset` of the segment; null when there is none. */
  at(offset: number): IndexRecord | null {
    const count = this.#count();
    if (count <= 1) return null;
    if (this.#at >= count || this.#offsetOf(this.#at) > offset) this.#at = 1;
    if (this.#at + 1 < count && this.#offsetOf(this.#at + 1) <= offset)
      this.#at = this.#search(offset);
    return decodeRecord(this.#records, this.#at);
  }

  /** For bytes that no record speaks of. */
  fallbackMs(): number {
    return statSync(this.#segment.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  /** The offset of the first byte written at or after a time; null when all were written before. */
  firstSince(timeMs: number): number | null {
    const count = this.#count();
    if (count <= 1) return this.fallbackMs() >= timeMs ? 0 : null;
    let [low, high] = [1, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (decodeRecord(this.#records, middle).timeMs < timeMs) low = middle + 1;
      else high = middle;
    }
    return low < count ? this.#offsetOf(low) : null;
  }

  #append(fd: number): void {
    const parts = [this.#records];
    let place = this.#records.length;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(fd, chunk, 0, CHUNK_BYTES, place);
      if (length === 0) break;
      parts.push(chunk.subarray(0, length));
      place += length;
    }
    const all = parts.length === 1 ? this.#records : Buffer.concat(parts);
    // A record that is half written is read when it is whole.
    this.#records = all.subarray(0, all.length - (all.length % RECORD_BYTES));
  }

  #count(): number {
    return this.#records.length / RECORD_BYTES;
  }

  #offsetOf(record: number): number {
    return this.#records.readDoubleLE(record * RECORD_BYTES);
  }

  /** The last record that begins at or before `offset`. */
  #search(offset: number): number {
    let [low, high] = [this.#at, this.#count() - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsetOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
