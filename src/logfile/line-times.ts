/** When the bytes of a segment were written, and by which run, read from the index beside it through a window, however
 *  long the index is. One that is lost or damaged is done without: then the file's own time stands for its lines. */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { decodeHeader, decodeRecord, RECORD_BYTES, type IndexRecord } from "./index-records.ts";
import { indexPath } from "./paths.ts";
import type { Segment } from "./segments.ts";

/** What the index says of a stretch of bytes. */
export interface Mark {
  readonly timeMs: number;
  /** Null: no record speaks of it. */
  readonly runId: string | null;
  /** Where in the segment the next record begins to speak; more than what was asked for. */
  readonly until: number;
}

/** Records held at once. */
const WINDOW_RECORDS = 2_048;
/** The last time that a date can have. */
const TIME_MAX_MS = 8.64e15;

export class LineTimes {
  readonly #segment: Segment;
  /** The header is number 0. */
  #count = 0;
  #base: number | null = null;
  #window = Buffer.alloc(0);
  #windowAt = 0;
  /** The record that the last answer came from: questions come in order. */
  #at = 1;

  constructor(segment: Segment) {
    this.#segment = segment;
    this.refresh();
  }

  /** Where the segment begins in the stream, as the index has it now; null when it is lost. */
  get base(): number | null {
    return this.#base;
  }

  /** Takes in what was added to the index. */
  refresh(): void {
    const header = this.#readIndex((fd) => {
      const bytes = Buffer.allocUnsafe(RECORD_BYTES);
      const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
      const base = decodeHeader(bytes.subarray(0, length))?.base ?? null;
      return { base, count: Math.floor(fstatSync(fd).size / RECORD_BYTES) };
    });
    this.#base = header?.base ?? null;
    // Without a header nothing of it is believed.
    const count = this.#base === null ? 0 : (header?.count ?? 0);
    if (count !== this.#count) this.#window = Buffer.alloc(0);
    this.#count = count;
  }

  /** What is said of the byte at `offset` of the segment. */
  at(offset: number): Mark {
    if (this.#count <= 1) return this.#unknown(Number.POSITIVE_INFINITY);
    if (this.#at >= this.#count || this.#offsetOf(this.#at) > offset) this.#at = 1;
    if (this.#nextBeginsBy(offset)) this.#at += 1;
    if (this.#nextBeginsBy(offset)) this.#at = this.#search(offset);
    const record = this.#record(this.#at);
    if (record === null) return this.#unknown(offset + 1);
    if (record.offset > offset) return { ...record, runId: null, until: record.offset };
    const { timeMs, runId } = record;
    if (this.#at + 1 >= this.#count) return { timeMs, runId, until: Number.POSITIVE_INFINITY };
    return { timeMs, runId, until: Math.max(offset + 1, this.#offsetOf(this.#at + 1)) };
  }

  /** The offset of the first byte written at or after a time; null when all were written before. */
  firstSince(timeMs: number): number | null {
    if (this.#count <= 1) return this.#fileMs() >= timeMs ? 0 : null;
    let [low, high] = [1, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#record(middle)?.timeMs ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    // Whatever stands before the first record was written before it.
    if (low === 1) return 0;
    return low < this.#count ? this.#offsetOf(low) : null;
  }

  #unknown(until: number): Mark {
    return { timeMs: this.#fileMs(), runId: null, until };
  }

  #fileMs(): number {
    return statSync(this.#segment.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  #nextBeginsBy(offset: number): boolean {
    return this.#at + 1 < this.#count && this.#offsetOf(this.#at + 1) <= offset;
  }

  /** The last record that begins at or before `offset`. */
  #search(offset: number): number {
    let [low, high] = [this.#at, this.#count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsetOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Of a damaged record: none. */
  #offsetOf(record: number): number {
    return this.#record(record)?.offset ?? 0;
  }

  /** Null when it is damaged. */
  #record(at: number): IndexRecord | null {
    const isHeld =
      at >= this.#windowAt && (at - this.#windowAt + 1) * RECORD_BYTES <= this.#window.length;
    if (!isHeld) this.#load(at - (at % WINDOW_RECORDS));
    const held = at - this.#windowAt;
    if ((held + 1) * RECORD_BYTES > this.#window.length) return null;
    const record = decodeRecord(this.#window, held);
    const isSound =
      Number.isSafeInteger(record.offset) &&
      record.offset >= 0 &&
      record.timeMs >= 0 &&
      record.timeMs <= TIME_MAX_MS;
    return isSound ? record : null;
  }

  #load(at: number): void {
    const records = Math.min(WINDOW_RECORDS, this.#count - at);
    const bytes = Buffer.allocUnsafe(Math.max(0, records) * RECORD_BYTES);
    const length = this.#readIndex((fd) => readSync(fd, bytes, 0, bytes.length, at * RECORD_BYTES));
    this.#window = bytes.subarray(0, length ?? 0);
    this.#windowAt = at;
  }

  #readIndex<T>(read: (fd: number) => T): T | null {
    try {
      const { path, inode } = this.#segment;
      const fd = openSync(indexPath(dirname(path), inode), "r");
      try {
        return read(fd);
      } finally {
        closeSync(fd);
      }
    } catch {
      return null; // Lost: what there is to say is said without it.
    }
  }
}
