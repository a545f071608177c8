/** A cursor: how far each stream of a view has been shown, as a word for scripts to keep. `--cursor` resumes exactly
 *  there, because places in a stream survive rotation, compression and the daemon.
 *
 *  `1:shop/api.1.stdout=2s;shop/api.1.stderr=9`: places to the base of 36. A stream that is not in it was not shown
 *  at all: its place is 0. */

import { parseLogName, streamKey } from "./paths.ts";
import type { Source } from "./pieces.ts";

const VERSION = "1:";

export class Cursor {
  readonly #places = new Map<string, number>();
  /** The words before and after that of one stream: many lines in a row are of the same. */
  #around: { readonly key: string; readonly before: string; readonly after: string } | null = null;

  /** The cursor when one more stream is shown up to `place`. */
  at(source: Source, place: number): string {
    const key = streamKey(source);
    if (this.#around?.key !== key) this.#around = { key, ...this.#split(key) };
    this.#places.set(key, place);
    const { before, after } = this.#around;
    return `${VERSION}${before}${wordOf(key, place)}${after}`;
  }

  pass(source: Source, place: number): void {
    const key = streamKey(source);
    if (place === 0 || this.#places.get(key) === place) return;
    this.#places.set(key, place);
    this.#around = null;
  }

  #split(key: string): { readonly before: string; readonly after: string } {
    if (!this.#places.has(key)) this.#places.set(key, 0);
    const entries = [...this.#places];
    const at = entries.findIndex(([name]) => name === key);
    const words = entries.map(([name, place]) => wordOf(name, place));
    return {
      before: words
        .slice(0, at)
        .map((word) => `${word};`)
        .join(""),
      after: words
        .slice(at + 1)
        .map((word) => `;${word}`)
        .join(""),
    };
  }
}

/** By the keys of streams; null when it is no cursor. */
export function parseCursor(text: string): ReadonlyMap<string, number> | null {
  if (!text.startsWith(VERSION)) return null;
  const places = new Map<string, number>();
  for (const word of text.slice(VERSION.length).split(";")) {
    const equals = word.lastIndexOf("=");
    const place = /^-?[\da-z]+$/.test(word.slice(equals + 1))
      ? Number.parseInt(word.slice(equals + 1), 36)
      : Number.NaN;
    const key = decode(word.slice(0, Math.max(0, equals)));
    const slash = key?.lastIndexOf("/") ?? -1;
    const isName =
      key !== null && parseLogName(key.slice(0, slash), `${key.slice(slash + 1)}.log`) !== null;
    if (!isName || slash < 1 || !Number.isSafeInteger(place)) return null;
    places.set(key, place);
  }
  return places;
}

function wordOf(key: string, place: number): string {
  return `${encodeURI(key).replaceAll(";", "%3B").replaceAll("=", "%3D")}=${place.toString(36)}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // No cursor of ours.
  }
}
