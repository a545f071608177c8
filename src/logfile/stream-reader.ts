/** Reads one stream forward, line by line, over rotation, compression, truncation and deletion of its files. It holds
 *  a place and one buffer, whatever the length of the log. */

import { statSync } from "node:fs";
import { limits } from "../model/limits.ts";
import { LineTimes } from "./line-times.ts";
import { logPath, type LogOwner, type LogStream } from "./paths.ts";
import { listSegments, openSegment, type Segment, type SegmentReader } from "./segments.ts";

export interface LogLine {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  /** When it was written, as exactly as the index has it. */
  readonly timeMs: number;
  readonly runId: string | null;
  /** Without its line end. */
  readonly bytes: Buffer;
  /** It goes on in the next line: it was too long to show at once, or its end has not been written. */
  readonly partial: boolean;
}

export interface Batch {
  readonly lines: readonly LogLine[];
  /** Bytes that were gone before they could be read. */
  readonly missedBytes: number;
}

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

export class StreamReader {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  readonly #path: string;
  /** The next byte to read, counted from the beginning of the stream. */
  #place: number;
  #open: { readonly reader: SegmentReader; readonly times: LineTimes } | null = null;
  #missedBytes = 0;

  /** Begins at `place`; bytes before it are not read. */
  constructor(home: string, owner: LogOwner, stream: LogStream, place: number) {
    this.owner = owner;
    this.stream = stream;
    this.#path = logPath(home, owner, stream);
    this.#place = place;
  }

  get place(): number {
    return this.#place;
  }

  /** The next lines. None: there is nothing more for now. `takePartial`: an unfinished last line too. */
  read(takePartial: boolean): Batch {
    const lines: LogLine[] = [];
    while (lines.length === 0 && this.#advance()) {
      const { reader, times } = this.#open!;
      const at = this.#place - reader.segment.base;
      const chunk = reader.read(at, CHUNK_BYTES);
      this.#split(chunk, at, times, takePartial, lines);
      if (lines.length > 0) break;
      // A line longer than a chunk: read on to its end, up to the longest that is shown whole.
      if (!this.#readLongLine(at, takePartial, lines)) break;
    }
    const missedBytes = this.#missedBytes;
    this.#missedBytes = 0;
    return { lines, missedBytes };
  }

  close(): void {
    this.#open?.reader.close();
    this.#open = null;
  }

  #split(
    chunk: Buffer,
    at: number,
    times: LineTimes,
    takePartial: boolean,
    lines: LogLine[],
  ): void {
    times.refresh();
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      lines.push(this.#line(chunk.subarray(from, end), at + from, times, false));
      from = end + 1;
    }
    if (takePartial && from < chunk.length && chunk.length < CHUNK_BYTES) {
      lines.push(this.#line(chunk.subarray(from), at + from, times, true));
      from = chunk.length;
    }
    this.#place += from;
  }

  /** False: the line has no end yet. */
  #readLongLine(at: number, takePartial: boolean, lines: LogLine[]): boolean {
    const { reader, times } = this.#open!;
    const chunk = reader.read(at, limits.lineBytes);
    const isFull = chunk.length === limits.lineBytes;
    const end = chunk.indexOf(NEWLINE);
    if (end < 0 && !isFull && !this.#isFinished() && !takePartial) return false;
    if (chunk.length === 0) return false;
    const length = end < 0 ? chunk.length : end;
    lines.push(this.#line(chunk.subarray(0, length), at, times, end < 0));
    this.#place += end < 0 ? length : length + 1;
    return true;
  }

  #line(bytes: Buffer, offset: number, times: LineTimes, partial: boolean): LogLine {
    const record = times.at(offset);
    return {
      owner: this.owner,
      stream: this.stream,
      timeMs: record?.timeMs ?? times.fallbackMs(),
      runId: record?.runId ?? null,
      bytes,
      partial,
    };
  }

  /** The open segment is no longer the one being written. */
  #isFinished(): boolean {
    const inode = this.#open?.reader.segment.inode;
    return statSync(this.#path, { throwIfNoEntry: false })?.ino !== inode;
  }

  /** Opens the segment that holds the place; false when there is nothing at or after it. */
  #advance(): boolean {
    const open = this.#open;
    if (open !== null) {
      const { base } = open.reader.segment;
      const end = base + open.reader.size();
      if (this.#place < end) return true;
      if (this.#place === end && !this.#isFinished()) return false;
      this.close();
    }
    const segments = listSegments(this.#path);
    const next = segments.find((it) => this.#holds(it)) ?? this.#restart(segments);
    if (next === null) return false;
    if (next.base > this.#place) {
      this.#missedBytes += next.base - this.#place;
      this.#place = next.base;
    }
    try {
      this.#open = { reader: openSegment(next), times: new LineTimes(next) };
    } catch {
      return false; // Renamed between the listing and the opening: found at the next call.
    }
    return this.#place < next.base + this.#open.reader.size();
  }

  /** The last segment holds its own end too: what comes is added there. */
  #holds({ base, size, path }: Segment): boolean {
    return this.#place < base + size || (path === this.#path && this.#place === base + size);
  }

  /** The stream ends before the place: its files were emptied by somebody who keeps no count. Begins at its end. */
  #restart(segments: readonly Segment[]): Segment | null {
    const last = segments.at(-1);
    if (last === undefined) return null;
    this.#place = Math.min(this.#place, last.base);
    return last;
  }
}
