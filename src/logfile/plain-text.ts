/** A line as a person would have seen it on a screen, and whole lines put together from their parts. */

import { streamKey } from "./paths.ts";
import type { Piece } from "./pieces.ts";

export interface PlainLine {
  /** Of its stream. */
  readonly key: string;
  /** Where the line stands. */
  readonly piece: Piece;
  readonly text: string;
}

interface Begun {
  readonly piece: Piece;
  readonly kept: Buffer;
  /** Bytes after those that were kept. */
  readonly more: number;
}

const NEWLINE = 10;

/** Takes pieces and gives lines that are at their ends, in plain text of at most so many bytes each. */
export class PlainText {
  readonly #maxBytes: number;
  readonly #begun = new Map<string, Begun>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *take(piece: Piece): Generator<PlainLine> {
    const key = streamKey(piece);
    const { bytes } = piece;
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, from);
      const to = end < 0 ? bytes.length : end;
      const part = bytes.subarray(from, to);
      from = to + 1;
      const begun = this.#joined(this.#begun.get(key) ?? null, piece, part);
      if (end < 0 && piece.open) {
        this.#begun.set(key, { ...begun, kept: Buffer.from(begun.kept) });
        continue;
      }
      this.#begun.delete(key);
      yield this.#line(key, begun);
    }
  }

  /** Lines whose ends never came. */
  *rest(): Generator<PlainLine> {
    for (const [key, begun] of this.#begun) yield this.#line(key, begun);
    this.#begun.clear();
  }

  #joined(begun: Begun | null, piece: Piece, part: Buffer): Begun {
    if (begun === null) return { piece, kept: part, more: 0 };
    const room = Math.max(0, this.#maxBytes - begun.kept.length);
    const fitting = part.subarray(0, room);
    const more = begun.more + part.length - fitting.length;
    return { piece: begun.piece, kept: Buffer.concat([begun.kept, fitting]), more };
  }

  #line(key: string, { piece, kept, more }: Begun): PlainLine {
    return { key, piece, text: fitted(plain(kept), this.#maxBytes, more) };
  }
}

/** What of a line is seen on a screen. */
export function plain(line: Buffer | string): string {
  const text = line.toString();
  const shown = text.includes("\r") ? lastWritten(text) : text;
  return Bun.stripANSI(shown).replace(CONTROLS, "").trimEnd();
}

/** What was written over after a carriage return is gone from the screen. */
export function lastWritten(text: string): string {
  return text.split("\r").findLast((part) => Bun.stripANSI(part).trim() !== "") ?? "";
}

// Control characters are what this takes out; tabs stay.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F]/g;

/** Cut at its end when it is too long; `more` bytes were cut before. */
function fitted(text: string, maxBytes: number, more: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes && more === 0) return text;
  const cut = Buffer.from(text)
    .subarray(0, maxBytes)
    .toString()
    .replace(/\uFFFD$/, "");
  return `${cut} [+${bytes + more - Buffer.byteLength(cut)} bytes]`;
}
