/** Reads one stream forward in blocks of whole lines, over rotation, compression, truncation and deletion of its
 *  files. It holds a place and one block, whatever the length of the log and however slowly it is asked. */

import { statSync } from "node:fs";
import { limits } from "../model/limits.ts";
import { LineTimes } from "./line-times.ts";
import { logPath, type LogOwner, type LogStream } from "./paths.ts";
import { listSegments, openSegment, type Segment, type SegmentReader } from "./segments.ts";

export interface Block {
  /** Whole lines with their ends; `open`: the last one has none. Overwritten by the next read. */
  readonly bytes: Buffer;
  /** Of the first byte, counted from the beginning of the stream. */
  readonly place: number;
  /** Of the first byte in its file. */
  readonly offset: number;
  readonly times: LineTimes;
  /** The last line goes on in the next block: it is too long to be shown at once, or its end has not been written. */
  readonly open: boolean;
}

export interface StreamReaderOptions {
  readonly home: string;
  readonly owner: LogOwner;
  readonly stream: LogStream;
  /** Bytes before it are not read. */
  readonly place: number;
  /** The size of a block, unless a line is longer. */
  readonly blockBytes: number;
}

interface Open {
  readonly segment: Segment;
  readonly reader: SegmentReader;
  readonly times: LineTimes;
  /** Where it began by its index when it was opened. */
  readonly indexBase: number | null;
  /** When it was last written to as it was found to be read to its end. */
  readMs: number;
}

const NEWLINE = 10;
/** Files may be renamed between the listing and the opening; a writer does not rotate that often in a row. */
const OPEN_TRIES = 10;

export class StreamReader {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  readonly #path: string;
  readonly #blockBytes: number;
  #buffer = Buffer.alloc(0);
  /** The next byte to read. */
  #place: number;
  #open: Open | null = null;
  /** Of the file that was read last. */
  #inode: number | null = null;
  #missedBytes = 0;
  /** Where the stream ended when it was first found to end before the place. */
  #shrunkTo: number | null = null;

  constructor({ home, owner, stream, place, blockBytes }: StreamReaderOptions) {
    this.owner = owner;
    this.stream = stream;
    this.#path = logPath(home, owner, stream);
    this.#place = place;
    this.#blockBytes = blockBytes;
  }

  get place(): number {
    return this.#place;
  }

  /** Bytes that were gone before they could be read, since it was last asked. */
  takeMissed(): number {
    const missed = this.#missedBytes;
    this.#missedBytes = 0;
    return missed;
  }

  /** The next block, up to the place `end`; null when there is nothing more for now. `takePartial`: an unfinished last
   *  line too. */
  read(takePartial: boolean, end = Number.POSITIVE_INFINITY): Block | null {
    while (this.#place < end) {
      const open = this.#advance();
      if (open === null) return null;
      const at = this.#place - open.segment.base;
      const wanted = Math.min(end - this.#place, open.reader.look().size - at);
      const block = this.#blockAt(open, at, wanted, takePartial);
      // Emptied by somebody while it was read: what was read is no part of the stream.
      if (block !== null && !isStill(open)) continue;
      if (block !== null) this.#place += block.bytes.length;
      return block;
    }
    return null;
  }

  close(): void {
    this.#open?.reader.close();
    this.#open = null;
  }

  #blockAt(
    { reader, times }: Open,
    at: number,
    wanted: number,
    takePartial: boolean,
  ): Block | null {
    const bytes = this.#fill(reader, at, Math.min(wanted, this.#blockBytes));
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    const block = { place: this.#place, offset: at, times };
    if (whole > 0) return { ...block, bytes: bytes.subarray(0, whole), open: false };
    // A line longer than a block: to its end, up to the longest that is shown whole.
    const long = this.#fill(reader, at, Math.min(wanted, limits.lineBytes));
    const lineEnd = long.indexOf(NEWLINE) + 1;
    if (lineEnd > 0) return { ...block, bytes: long.subarray(0, lineEnd), open: false };
    const isShown = long.length === limits.lineBytes || takePartial || this.#isFinished();
    return isShown && long.length > 0 ? { ...block, bytes: long, open: true } : null;
  }

  #fill(reader: SegmentReader, at: number, length: number): Buffer {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(length);
    return reader.read(at, this.#buffer.subarray(0, length));
  }

  /** The open segment is no longer the one being written. One that was deleted may still be written to. */
  #isFinished(): boolean {
    const now = statSync(this.#path, { throwIfNoEntry: false });
    return now !== undefined && now.ino !== this.#open?.segment.inode;
  }

  /** Opens the segment that holds the place; null when there is nothing at or after it. */
  #advance(): Open | null {
    const open = this.#open;
    if (open !== null) {
      const { size, writtenMs } = open.reader.look();
      const end = open.segment.base + size;
      const isRead = this.#place === end;
      // Most looks find nothing new, and should cost next to nothing.
      if (isRead && writtenMs === open.readMs && !this.#isFinished()) return null;
      if (isStill(open) && this.#place < end) return open;
      if (isStill(open) && isRead && !this.#isFinished()) {
        open.readMs = writtenMs;
        return null;
      }
      this.close();
    }
    for (let tries = 0; tries < OPEN_TRIES; tries += 1) {
      const segments = listSegments(this.#path);
      const next = segments.find((it) => this.#holds(it)) ?? this.#afterGap(segments);
      if (next === null) return null;
      this.#shrunkTo = null;
      this.#skipTo(next.base);
      const opened = this.#openSegment(next);
      if (opened === null) continue;
      return this.#place < next.base + opened.reader.look().size ? opened : null;
    }
    return null;
  }

  /** Null when it was renamed since it was listed, or is damaged. */
  #openSegment(segment: Segment): Open | null {
    const opening = openSegment(segment);
    if (opening.kind === "damaged") this.#skipTo(segment.base + segment.size);
    if (opening.kind !== "open") return null;
    const times = new LineTimes(segment);
    this.#inode = segment.inode;
    this.#open = {
      segment,
      reader: opening.reader,
      times,
      indexBase: times.base,
      readMs: Number.NaN,
    };
    return this.#open;
  }

  /** What lies before a place later than this one is gone. */
  #skipTo(place: number): void {
    if (place <= this.#place) return;
    this.#missedBytes += place - this.#place;
    this.#place = place;
  }

  /** The last segment holds its own end too: what comes is added there. */
  #holds({ base, size, path }: Segment): boolean {
    if (this.#place < base) return false;
    return this.#place < base + size || (path === this.#path && this.#place === base + size);
  }

  /** What is read next when the place is in none of the segments. */
  #afterGap(segments: readonly Segment[]): Segment | null {
    const later = segments.find(({ base }) => base > this.#place);
    if (later !== undefined) return later;
    // The stream ends before the place: somebody emptied or deleted its files. The log worker goes on counting from
    // where it was, before it writes; what is added without reaching the place was begun anew.
    const last = segments.at(-1);
    const end = last === undefined ? 0 : last.base + last.size;
    if (end === this.#place) return null;
    const isOther = last?.path === this.#path && this.#inode !== null && last.inode !== this.#inode;
    const from = isOther ? last.base : this.#shrunkTo;
    this.#shrunkTo = from === null ? end : Math.min(from, end);
    if (last === undefined || from === null || end <= from) return null;
    this.#place = Math.max(from, last.base);
    return last;
  }
}

/** The segment begins where it did: emptied by anybody, it has a new beginning in the stream. */
function isStill({ times, indexBase }: Open): boolean {
  times.refresh();
  return times.base === null || times.base === indexBase;
}
