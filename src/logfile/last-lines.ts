/** The last lines of an instance up to a place, both streams together in the order of time. They are read from behind,
 *  so they cost the same however long the log is, and however fast it grows. */

import { Feed } from "./feed.ts";
import type { LineSearch } from "./line-search.ts";
import { merged } from "./merge.ts";
import { LOG_STREAMS, type LogOwner, type LogStream } from "./paths.ts";
import type { Piece } from "./pieces.ts";
import { beginningOf, endOf, firstLineFrom } from "./places.ts";
import { Tail } from "./tail.ts";
import { textLines } from "./text-lines.ts";

/** How far each stream is looked at. */
export type Ends = Readonly<Record<LogStream, number>>;

export interface LastLinesOptions {
  readonly ends: Ends;
  readonly count: number;
  /** Only lines in which something is found; null: all. */
  readonly search: LineSearch | null;
  /** So much of each stream is looked through at most. */
  readonly maxBytes: number;
}

export interface LastLine {
  readonly stream: LogStream;
  /** When it was written, as exactly as the index has it. */
  readonly timeMs: number;
  /** Without its end; cut where it is very long. */
  readonly text: string;
}

export interface LastLines {
  /** Oldest first. */
  readonly lines: readonly LastLine[];
  /** There are none before them. */
  readonly isAll: boolean;
}

/** Looked through first; four times as much while that is not enough. */
const FIRST_BYTES = 64 * 1024;
const GROWTH = 4;
/** Of one line, in characters. */
const LINE_LENGTH = 4_000;
/** What is shown of a line that is longer than all that is looked through. */
const LINE_TAIL_BYTES = 2_000;

/** Where both streams end now. */
export function endsNow(home: string, owner: LogOwner): Ends {
  return { stdout: endOf(home, owner, "stdout"), stderr: endOf(home, owner, "stderr") };
}

export function lastLines(home: string, owner: LogOwner, options: LastLinesOptions): LastLines {
  const { count, maxBytes } = options;
  for (let bytes = FIRST_BYTES; ; bytes *= GROWTH) {
    const found = within(home, owner, options, Math.min(bytes, maxBytes));
    if (found.isAll || found.lines.length >= count || bytes >= maxBytes) return found;
  }
}

function within(
  home: string,
  owner: LogOwner,
  { ends, count, search }: LastLinesOptions,
  bytes: number,
): LastLines {
  const begins = LOG_STREAMS.map((stream) => beginOf(home, owner, stream, ends[stream], bytes));
  const feeds = new Map(
    begins.map(({ stream, place }) => {
      const position = { home, owner, stream, place, blockBytes: Math.max(bytes, FIRST_BYTES) };
      return [new Feed(position, null), ends[stream]] as const;
    }),
  );
  const unread = new Set(begins.filter(({ isFirst }) => !isFirst).map(({ stream }) => stream));
  const isCut = unread.size > 0;
  let tail = new Tail(count);
  try {
    for (const pieces of merged(feeds, true)) {
      for (const piece of pieces) {
        // What this stream wrote before is not read, so what the other wrote before it would have gaps.
        if (unread.delete(piece.stream)) tail = new Tail(count);
        for (const part of matching(piece, search)) tail.push(part);
      }
    }
  } finally {
    for (const feed of feeds.keys()) feed.close();
  }
  const kept = tail.pieces();
  const lines = textLines(kept, LINE_LENGTH).map(({ piece, text }) => {
    return { stream: piece.stream, timeMs: piece.timeMs, text };
  });
  return { lines, isAll: !isCut && tail.dropped().length === 0 };
}

function beginOf(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  end: number,
  bytes: number,
): { readonly stream: LogStream; readonly place: number; readonly isFirst: boolean } {
  const begin = beginningOf(home, owner, stream, { lines: null, sinceMs: null, untilMs: null });
  if (end - bytes <= begin) return { stream, place: begin, isFirst: true };
  const place = firstLineFrom(home, owner, stream, end - bytes);
  // Within a line without an end, as a progress bar that is drawn over and over.
  return { stream, place: place < end ? place : end - LINE_TAIL_BYTES, isFirst: false };
}

/** The lines of a piece in which something is found. */
function matching(piece: Piece, search: LineSearch | null): readonly Piece[] {
  if (search === null) return [piece];
  const { place, bytes, open } = piece;
  const edges = search.find(bytes);
  return Array.from({ length: edges.length / 2 }, (_, nth) => {
    const [from = 0, to = 0] = [edges[nth * 2], edges[nth * 2 + 1]];
    const isOpen = open && to === bytes.length;
    return { ...piece, place: place + from, bytes: bytes.subarray(from, to), open: isOpen };
  });
}
