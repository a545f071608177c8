/** The files of one stream on disk as one long stream: each a segment that begins where the one before it ended. A
 *  place in the stream is a number of bytes since its very beginning, so it survives renaming and compression. */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fail } from "../model/errors.ts";
import type { Compression } from "../model/spec.ts";
import { decompress } from "./compression.ts";
import { decodeHeader, RECORD_BYTES } from "./index-records.ts";
import { indexPath, parseRotated, rotatedPath } from "./paths.ts";
import { rotatedNames } from "./rotated-names.ts";

export interface Segment {
  readonly path: string;
  readonly inode: number;
  readonly compression: Compression | null;
  /** Where it begins in the stream. */
  readonly base: number;
  /** Bytes of output in it; of a compressed one that is last in line, unknown until it is read. */
  readonly size: number;
}

/** The oldest first; the last is the one being written, if there is one. */
export function listSegments(path: string): Segment[] {
  const found = filesOf(path).flatMap((it) => describe(it.file, it.compression) ?? []);
  // From behind: the latest count is the one that goes on. A base that is lost, or from before the count was lost, is
  // so far before the next one as the segment is long.
  let following: number | null = null;
  const segments: Segment[] = [];
  for (const [at, segment] of [...found.entries()].toReversed()) {
    const base: number = baseBefore(segment, following) ?? baseAfter(found.slice(0, at));
    const size: number =
      segment.compression !== null && following !== null
        ? Math.max(0, following - base)
        : segment.size;
    segments.unshift({ ...segment, base, size });
    following = base;
  }
  return segments;
}

type Found = Omit<Segment, "base"> & { readonly base: number | null };

/** Null when there is nothing to go by. */
function baseBefore(segment: Found, following: number | null): number | null {
  if (following === null) return segment.base;
  const size = segment.compression === null ? segment.size : 1;
  if (segment.base !== null && segment.base + size <= following) return segment.base;
  return following - contentSize(segment);
}

/** Where the segments before one end, when its own index is lost. */
function baseAfter(before: readonly Found[]): number {
  let end = 0;
  for (const segment of before) end = (segment.base ?? end) + contentSize(segment);
  return end;
}

/** Of a compressed file it costs reading it: only for what has lost its index. */
function contentSize({ path, compression, size }: Found): number {
  if (compression === null) return size;
  try {
    return decompress(readFileSync(path), compression).length;
  } catch {
    return 0; // Damaged: there is nothing to be read in it.
  }
}

/** The bytes of a segment, as if it were one plain file. */
export interface SegmentReader {
  readonly segment: Segment;
  /** Its length now, and when it was last written to. */
  look(): { readonly size: number; readonly writtenMs: number };
  /** Fills `into` from `at` on, or gives bytes of its own; fewer at its end. */
  read(at: number, into: Buffer): Buffer;
  close(): void;
}

/** `renamed`: it is not where it was listed; `damaged`: it is there, and its content cannot be had. */
export type Opening =
  | { readonly kind: "open"; readonly reader: SegmentReader }
  | { readonly kind: "renamed" }
  | { readonly kind: "damaged" };

export function openSegment(segment: Segment): Opening {
  const fd = openLog(segment.path);
  if (fd === null) return { kind: "renamed" };
  if (fstatSync(fd).ino !== segment.inode) {
    closeSync(fd);
    return { kind: "renamed" };
  }
  if (segment.compression !== null) return decompressed(segment, segment.compression, fd);
  const reader: SegmentReader = {
    segment,
    look() {
      const { size, mtimeMs } = fstatSync(fd);
      return { size, writtenMs: mtimeMs };
    },
    read: (at, into) => into.subarray(0, readSync(fd, into, 0, into.length, at)),
    close: () => closeSync(fd),
  };
  return { kind: "open", reader };
}

/** Null when nothing of that name is there. Too many open files or a file of somebody else's is no gap in a log. */
function openLog(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const hint =
      code === "EMFILE"
        ? "Name fewer processes, or raise the limit of open files (ulimit -n)."
        : null;
    return fail("PERMISSION_DENIED", `Cannot read ${path}: ${code}`, hint);
  }
}

function decompressed(segment: Segment, compression: Compression, fd: number): Opening {
  try {
    const content = decompress(readFileSync(fd), compression);
    return { kind: "open", reader: inMemory(segment, content) };
  } catch {
    return { kind: "damaged" };
  } finally {
    closeSync(fd);
  }
}

function inMemory(segment: Segment, content: Buffer): SegmentReader {
  return {
    segment,
    look: () => ({ size: content.length, writtenMs: 0 }),
    read: (at, into) => content.subarray(at, at + into.length),
    close: () => {}, // Nothing is held but memory.
  };
}

type FileOfChain = Pick<Segment, "compression"> & { readonly file: string };

/** The rotated files, the oldest first, then the file itself. Where a file and its compressed copy are both there, a
 *  compression was interrupted, and the copy is whole. */
function filesOf(path: string): FileOfChain[] {
  const name = basename(path);
  const rotated = rotatedNames(path).flatMap((it) => parseRotated(name, it) ?? []);
  const copies = rotated.filter(({ compression }) => compression !== null);
  const copied = new Set(copies.map(({ nth }) => nth));
  const chain = rotated
    .filter(({ nth, compression }) => compression !== null || !copied.has(nth))
    .toSorted((one, other) => other.nth - one.nth)
    .map((it) => ({ file: rotatedPath(path, it), compression: it.compression }));
  return [...chain, { file: path, compression: null }];
}

/** Null: renamed or deleted between the listing and here; the next listing has it right. */
function describe(path: string, compression: Compression | null): Found | null {
  const fd = openLog(path);
  if (fd === null) return null;
  const { ino, size } = fstatSync(fd);
  closeSync(fd);
  return { path, inode: ino, compression, size, base: baseOf(path, ino) };
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
