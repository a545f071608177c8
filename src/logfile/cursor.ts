/** A cursor: how far each stream of a view has been shown, as a word for scripts to keep. `--cursor` resumes exactly
 *  there, because places in a stream survive rotation, compression and the daemon.
 *
 *  `1:shop/api.1=2s,9;web.1=c`: instances with the places of stdout and stderr to the base of 36; a project stands
 *  before the first of its instances. What is not in it was not shown at all: its place is 0. */

import { LOG_STREAMS, parseLogName, streamKey } from "./paths.ts";
import type { Source } from "./pieces.ts";

const VERSION = "1:";

interface Instance {
  readonly project: string;
  readonly name: string;
  /** In the order of `LOG_STREAMS`. */
  readonly places: number[];
}

export class Cursor {
  readonly #instances = new Map<string, Instance>();
  /** The words before and after that of one instance: many lines in a row are of the same. */
  #around: { readonly of: Instance; readonly before: string; readonly after: string } | null = null;

  /** The cursor when one more stream is shown up to `place`. */
  at(source: Source, place: number): string {
    const instance = this.#instanceOf(source);
    instance.places[LOG_STREAMS.indexOf(source.stream)] = place;
    if (this.#around?.of !== instance) this.#around = { of: instance, ...this.#split(instance) };
    const { before, after } = this.#around;
    return `${VERSION}${before}${placesOf(instance)}${after}`;
  }

  pass(source: Source, place: number): void {
    if (place === 0) return;
    this.#instanceOf(source).places[LOG_STREAMS.indexOf(source.stream)] = place;
    this.#around = null;
  }

  #instanceOf({ owner: { project, process, index } }: Source): Instance {
    const key = `${project}/${process}.${index}`;
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const instance = { project, name: `${process}.${index}`, places: LOG_STREAMS.map(() => 0) };
    this.#instances.set(key, instance);
    this.#around = null;
    return instance;
  }

  /** Around the places of one instance. */
  #split(one: Instance): { readonly before: string; readonly after: string } {
    const all = [...this.#instances.values()];
    const names = all.map(({ project, name }, at) => {
      const isNew = project !== all[at - 1]?.project;
      return `${at === 0 ? "" : ";"}${isNew ? `${encodeURIComponent(project)}/` : ""}${encodeURIComponent(name)}=`;
    });
    const words = all.map((instance, at) => `${names[at] ?? ""}${placesOf(instance)}`);
    const at = all.indexOf(one);
    return {
      before: words.slice(0, at).join("") + (names[at] ?? ""),
      after: words.slice(at + 1).join(""),
    };
  }
}

/** Places by the keys of streams; null when it is no cursor. */
export function parseCursor(text: string): ReadonlyMap<string, number> | null {
  if (!text.startsWith(VERSION)) return null;
  const places = new Map<string, number>();
  let project: string | null = null;
  for (const word of text.slice(VERSION.length).split(";")) {
    const parts = /^(?:([^/=]+)\/)?([^/=]+)=(-?[\da-z]+(?:,-?[\da-z]+)?)$/.exec(word);
    if (parts === null) return null;
    if (parts[1] !== undefined) project = decode(parts[1]);
    const name = decode(parts[2] ?? "");
    if (project === null || name === null) return null;
    for (const [at, digits] of (parts[3] ?? "").split(",").entries()) {
      const source = parseLogName(project, `${name}.${LOG_STREAMS[at] ?? ""}.log`);
      const place = Number.parseInt(digits, 36);
      if (source === null || !Number.isSafeInteger(place)) return null;
      places.set(streamKey(source), place);
    }
  }
  return places;
}

/** Streams of which nothing was shown, at the end, are left out. */
function placesOf({ places }: Instance): string {
  const last = places.findLastIndex((place) => place !== 0);
  return places
    .slice(0, Math.max(1, last + 1))
    .map((place) => place.toString(36))
    .join(",");
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // No cursor of ours.
  }
}
