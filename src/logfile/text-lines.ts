/** Pieces as lines of text: without their ends, parts of one line put together, and cut where they are too long. */

import { streamKey } from "./paths.ts";
import type { Piece } from "./pieces.ts";
import { lastWritten } from "./plain-text.ts";

export interface TextLine {
  /** The piece that the line begins in. */
  readonly piece: Piece;
  readonly text: string;
}

interface Lines {
  readonly done: { piece: Piece; text: string }[];
  /** Of each stream whose line is not at its end: where that stands. */
  readonly begun: Map<string, number>;
}

/** In the order of the pieces, which is that of time. `length`: the most characters of a line. */
export function textLines(pieces: readonly Piece[], length: number): TextLine[] {
  const lines: Lines = { done: [], begun: new Map() };
  for (const piece of pieces) add(lines, piece);
  return lines.done.map(({ piece, text }) => ({ piece, text: cut(text, length) }));
}

/** Of a progress bar that is drawn over and over it is the last that counts. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const shown = text.includes("\r") ? lastWritten(text) : text;
  return shown.length > length ? `${shown.slice(0, length)}…` : shown;
}

function add({ done, begun }: Lines, piece: Piece): void {
  const texts = piece.bytes.toString().split("\n");
  // What follows the last line end is no line unless it is one that has none.
  if (!piece.open) texts.pop();
  const key = streamKey(piece);
  const goesOn = begun.get(key);
  const first = goesOn === undefined ? undefined : done[goesOn];
  if (first !== undefined) first.text += texts.shift() ?? "";
  done.push(...texts.map((text) => ({ piece, text })));
  if (!piece.open) begun.delete(key);
  else if (goesOn === undefined || texts.length > 0) begun.set(key, done.length - 1);
}
