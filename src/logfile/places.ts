/** Where to begin reading a stream: at its end, at its last lines, or at a time. Found from behind or by the index,
 *  never by reading it all. */

import { LineTimes } from "./line-times.ts";
import { logPath, type LogOwner, type LogStream } from "./paths.ts";
import { listSegments, openSegment, type Segment } from "./segments.ts";

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

export function endOf(home: string, owner: LogOwner, stream: LogStream): number {
  const last = listSegments(logPath(home, owner, stream)).at(-1);
  return last === undefined ? 0 : last.base + last.size;
}

export function beginningOf(home: string, owner: LogOwner, stream: LogStream): number {
  return listSegments(logPath(home, owner, stream))[0]?.base ?? 0;
}

/** Where the last `count` lines begin. An unfinished line counts as one. */
export function lastLines(home: string, owner: LogOwner, stream: LogStream, count: number): number {
  const segments = listSegments(logPath(home, owner, stream));
  let wanted = count;
  for (const segment of segments.toReversed()) {
    const found = lastLinesIn(segment, wanted);
    if (found.place !== null) return found.place;
    wanted -= found.lines;
  }
  return segments[0]?.base ?? 0;
}

/** Where the first line written at or after a time begins; the end when there is none. */
export function firstSince(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  timeMs: number,
): number {
  const segments = listSegments(logPath(home, owner, stream));
  for (const segment of segments) {
    const offset = new LineTimes(segment).firstSince(timeMs);
    if (offset !== null) return segment.base + offset;
  }
  const last = segments.at(-1);
  return last === undefined ? 0 : last.base + last.size;
}

function lastLinesIn(
  segment: Segment,
  wanted: number,
): { readonly place: number | null; readonly lines: number } {
  if (wanted <= 0) return { place: segment.base + segment.size, lines: 0 };
  const reader = openSegment(segment);
  try {
    const size = reader.size();
    let lines = 0;
    // The line end at the very end closes the last line, it does not begin another.
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const chunk = reader.read(start, end - start);
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
