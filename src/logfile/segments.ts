/** The files of one stream on disk as one long stream: each a segment that begins where the one before it ended. A
 *  place in the stream is a number of bytes since its very beginning, so it survives renaming and compression. */

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { decodeHeader, RECORD_BYTES } from "./index-records.ts";
import { indexPath, parseRotated, rotatedPath } from "./paths.ts";

export interface Segment {
  readonly path: string;
  readonly inode: number;
  readonly compressed: boolean;
  /** Where it begins in the stream. */
  readonly base: number;
  /** Bytes of output in it; of a compressed one that is last in line, unknown until it is read. */
  readonly size: number;
}

/** The oldest first; the last is the one being written, if there is one. */
export function listSegments(path: string): Segment[] {
  const found = filesOf(path).flatMap(({ file, compressed }) => describe(file, compressed) ?? []);
  // A base that is lost is where the segment before it ends, or so far before the one after it as it is long.
  let end = 0;
  return found.map((segment, at) => {
    const following = found[at + 1]?.base ?? null;
    const base =
      segment.base ??
      (at === 0 && following !== null ? Math.max(0, following - segment.size) : end);
    const size =
      segment.compressed && following !== null ? Math.max(0, following - base) : segment.size;
    end = base + size;
    return { ...segment, base, size };
  });
}

/** The bytes of a segment, as if it were one plain file. */
export interface SegmentReader {
  readonly segment: Segment;
  /** Its length now. */
  size(): number;
  /** Up to `bytes` bytes from `at`; fewer at its end. */
  read(at: number, bytes: number): Buffer;
  close(): void;
}

export function openSegment(segment: Segment): SegmentReader {
  if (segment.compressed)
    return inMemory(segment, Bun.zstdDecompressSync(readFileSync(segment.path)));
  const fd = openSync(segment.path, "r");
  return {
    segment,
    size: () => fstatSync(fd).size,
    read(at, bytes) {
      const buffer = Buffer.allocUnsafe(bytes);
      return buffer.subarray(0, readSync(fd, buffer, 0, bytes, at));
    },
    close: () => closeSync(fd),
  };
}

function inMemory(segment: Segment, content: Buffer): SegmentReader {
  return {
    segment,
    size: () => content.length,
    read: (at, bytes) => content.subarray(at, at + bytes),
    close: () => {}, // Nothing is held but memory.
  };
}

interface FileOfChain {
  readonly file: string;
  readonly compressed: boolean;
}

/** The rotated files, the oldest first, then the file itself. Where a file and its compressed copy are both there, a
 *  compression was interrupted, and the copy is whole. */
function filesOf(path: string): FileOfChain[] {
  const name = basename(path);
  const rotated = namesIn(dirname(path)).flatMap((it) => parseRotated(name, it) ?? []);
  const copied = new Set(rotated.filter(({ compressed }) => compressed).map(({ nth }) => nth));
  const chain = rotated
    .filter(({ nth, compressed }) => compressed || !copied.has(nth))
    .toSorted((one, other) => other.nth - one.nth)
    .map(({ nth, compressed }) => ({ file: rotatedPath(path, nth, compressed), compressed }));
  return [...chain, { file: path, compressed: false }];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Nothing has been written yet.
  }
}

function describe(path: string, compressed: boolean) {
  try {
    const fd = openSync(path, "r");
    const { ino, size } = fstatSync(fd);
    closeSync(fd);
    return { path, inode: ino, compressed, size, base: baseOf(path, ino) };
  } catch {
    return null; // Renamed or deleted between the listing and here; the next listing has it right.
  }
}

/** From the header of the index; null when that is lost. */
function baseOf(path: string, inode: number): number | null {
  try {
    const fd = openSync(indexPath(dirname(path), inode), "r");
    const bytes = Buffer.alloc(RECORD_BYTES);
    const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
    closeSync(fd);
    return decodeHeader(bytes.subarray(0, length))?.base ?? null;
  } catch {
    return null;
  }
}
