/** Where to begin and to end the reading of a stream: at its last lines, at a time, at its end. Found from behind or by
 *  the index, never by reading it all; always at the edge of a line. */

import { LineTimes } from "./line-times.ts";
import { logPath, type LogOwner, type LogStream } from "./paths.ts";
import { listSegments, openSegment, type Segment } from "./segments.ts";

export interface Span {
  /** The last so many lines; null: all. */
  readonly lines: number | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;
const START_SLACK_MS = 10_000;

/** Where reading begins: the later of what is asked. */
export function beginningOf(home: string, owner: LogOwner, stream: LogStream, span: Span): number {
  const { lines, sinceMs, untilMs } = span;
  const segments = listSegments(logPath(home, owner, stream));
  const since = sinceMs === null ? (segments[0]?.base ?? 0) : placeSince(segments, sinceMs);
  if (lines === null) return since;
  const end = untilMs === null ? endIn(segments) : placeSince(segments, untilMs + 1);
  return Math.max(since, lastLines(segments, lines, end));
}

/** Where reading ends: after the last line written up to a time. */
export function endOf(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  untilMs: number | null = null,
): number {
  const segments = listSegments(logPath(home, owner, stream));
  return untilMs === null ? endIn(segments) : placeSince(segments, untilMs + 1);
}

/** Where the first line written at or after a time begins; the end when there is none. */
export function firstSince(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  timeMs: number,
): number {
  return placeSince(listSegments(logPath(home, owner, stream)), timeMs);
}

/** Where the first byte of a run lies that began about then; the end when it has written none. What was written on a
 *  terminal is no lines. */
export function firstOfRun(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  run: { readonly runId: string; readonly startedAtMs: number },
): number {
  const segments = listSegments(logPath(home, owner, stream));
  for (const segment of segments) {
    const times = new LineTimes(segment);
    // What comes first may have been written before the start was noted.
    let offset = times.firstSince(run.startedAtMs - START_SLACK_MS) ?? segment.size;
    while (offset < segment.size) {
      const mark = times.at(offset);
      if (mark.runId === run.runId) return segment.base + offset;
      offset = mark.until;
    }
  }
  return endIn(segments);
}

/** Where the first line begins that begins at or after a place; the end when there is none. */
export function firstLineFrom(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  place: number,
): number {
  const segments = listSegments(logPath(home, owner, stream));
  const at = segments.findIndex(({ base, size }) => place < base + size);
  const segment = segments[at];
  if (segment === undefined) return endIn(segments);
  return lineStartIn(segments, at, Math.max(0, place - segment.base));
}

function endIn(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.base + last.size;
}

function placeSince(segments: readonly Segment[], timeMs: number): number {
  for (const [at, segment] of segments.entries()) {
    const offset = new LineTimes(segment).firstSince(timeMs);
    if (offset === null) continue;
    // Bytes written at that time may be the rest of a line that was begun before.
    return lineStartIn(segments, at, offset);
  }
  return endIn(segments);
}

/** The place of the first beginning of a line at or after an offset in one of the segments. */
function lineStartIn(segments: readonly Segment[], at: number, offset: number): number {
  const segment = segments[at]!;
  const start = offset === 0 ? 0 : lineStart(segment, offset);
  return start === null ? (segments[at + 1]?.base ?? endIn(segments)) : segment.base + start;
}

/** The first beginning of a line at or after `offset`; null when it lies in no byte of the segment. */
function lineStart(segment: Segment, offset: number): number | null {
  const opening = openSegment(segment);
  if (opening.kind !== "open") return offset;
  const { reader } = opening;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (let at = offset - 1; ;) {
      const chunk = reader.read(at, buffer);
      if (chunk.length === 0) return null;
      const end = chunk.indexOf(NEWLINE);
      if (end >= 0) return at + end + 1;
      at += chunk.length;
    }
  } finally {
    reader.close();
  }
}

/** Where the last `count` lines before `end` begin. An unfinished line counts as one. */
function lastLines(segments: readonly Segment[], count: number, end: number): number {
  let wanted = count;
  for (const segment of segments.toReversed()) {
    const size = Math.min(segment.size, end - segment.base);
    if (size < 0) continue;
    const found = lastLinesIn(segment, size, wanted);
    if (found.place !== null) return found.place;
    wanted -= found.lines;
  }
  return segments[0]?.base ?? 0;
}

function lastLinesIn(
  segment: Segment,
  size: number,
  wanted: number,
): { readonly place: number | null; readonly lines: number } {
  if (wanted <= 0) return { place: segment.base + size, lines: 0 };
  const opening = openSegment(segment);
  if (opening.kind !== "open") return { place: null, lines: 0 };
  const { reader } = opening;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    let lines = 0;
    // The line end at the very end closes the last line, it does not begin another.
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const chunk = reader.read(start, buffer.subarray(0, end - start));
      for (let at = chunk.lastIndexOf(NEWLINE); at >= 0;) {
        const isClosing = start + at === size - 1;
        if (!isClosing) lines += 1;
        if (lines === wanted && !isClosing) return { place: segment.base + start + at + 1, lines };
        at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1);
      }
      end = start;
    }
    // What stands before the first line end is a line too; rotated files end with one.
    return { place: null, lines: size === 0 ? 0 : lines + 1 };
  } finally {
    reader.close();
  }
}
