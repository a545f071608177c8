/** A piece of a stream: consecutive lines that were written at one time. What views are made of: merging and dating
 *  cost as much as there are records in the index, not lines. */

import type { LogOwner, LogStream } from "./paths.ts";
import type { Block } from "./stream-reader.ts";

export interface Piece {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  /** Of the first byte, counted from the beginning of the stream. */
  readonly place: number;
  /** When it was written, as exactly as the index has it. */
  readonly timeMs: number;
  readonly runId: string | null;
  /** Lines with their ends. Good until the next batch is asked for. */
  readonly bytes: Buffer;
  /** The last line has no end here: it goes on in the next piece, or is not finished. */
  readonly open: boolean;
  /** Lines around those that were chosen: goes with the piece before it in the same stream, whatever comes between. */
  readonly joins: boolean;
}

export type Source = Pick<Piece, "owner" | "stream">;

const NEWLINE = 10;

/** The lines of a block from byte `from` to byte `to`, both at the edges of lines. */
export function cut(source: Source, block: Block, from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at < to;) {
    const { timeMs, runId, until } = block.times.at(block.offset + at);
    const end = Math.min(to, lineEndFrom(block.bytes, until - block.offset - 1));
    pieces.push({
      owner: source.owner,
      stream: source.stream,
      place: block.place + at,
      timeMs,
      runId,
      bytes: block.bytes.subarray(at, end),
      open: block.open && end === block.bytes.length,
      joins: false,
    });
    at = end;
  }
  return pieces;
}

/** A line belongs to the time at which its first byte was written: where the line that holds byte `at` ends. */
function lineEndFrom(bytes: Buffer, at: number): number {
  if (at >= bytes.length) return bytes.length;
  const end = bytes.indexOf(NEWLINE, Math.max(0, at));
  return end < 0 ? bytes.length : end + 1;
}

export function countLines({ bytes, open }: Piece): number {
  let lines = open ? 1 : 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1))
    lines += 1;
  return lines;
}

/** Without its first `count` lines, which it has to have. */
export function withoutLines(piece: Piece, count: number): Piece {
  let from = 0;
  for (let dropped = 0; dropped < count; dropped += 1)
    from = piece.bytes.indexOf(NEWLINE, from) + 1;
  return { ...piece, place: piece.place + from, bytes: piece.bytes.subarray(from) };
}
