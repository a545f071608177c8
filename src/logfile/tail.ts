/** The last lines of what passes, kept in copies; and how far each stream was passed over without being shown. */

import { streamKey } from "./paths.ts";
import { countLines, withoutLines, type Piece, type Source } from "./pieces.ts";

interface Kept {
  readonly piece: Piece;
  readonly lines: number;
}

/** Pieces dropped before the row is made anew. */
const SHIFT_AFTER = 1_024;

export class Tail {
  readonly #wanted: number;
  #kept: Kept[] = [];
  #first = 0;
  #lines = 0;
  readonly #dropped = new Map<string, Source & { readonly place: number }>();

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  push(piece: Piece): void {
    const copy = { ...piece, bytes: Buffer.from(piece.bytes) };
    this.#kept.push({ piece: copy, lines: countLines(piece) });
    this.#lines += this.#kept.at(-1)!.lines;
    for (;;) {
      const first = this.#kept[this.#first];
      if (first === undefined || this.#lines - first.lines < this.#wanted) break;
      this.#drop(first.piece);
      this.#lines -= first.lines;
      this.#first += 1;
    }
    if (this.#first < SHIFT_AFTER) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }

  pieces(): Piece[] {
    const kept = this.#kept.slice(this.#first).map(({ piece }) => piece);
    const [first] = kept;
    const excess = this.#lines - this.#wanted;
    if (first === undefined || excess <= 0) return kept;
    const rest = withoutLines(first, excess);
    this.#drop({ ...first, bytes: first.bytes.subarray(0, rest.place - first.place) });
    return [rest, ...kept.slice(1)];
  }

  /** How far each stream was dropped. */
  dropped() {
    return [...this.#dropped.values()];
  }

  #drop(piece: Piece): void {
    const { owner, stream, place, bytes } = piece;
    this.#dropped.set(streamKey(piece), { owner, stream, place: place + bytes.length });
  }
}
