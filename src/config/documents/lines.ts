/** On which line each key of a document stands, as far as its format lets us tell. */

import type { Path } from "../tree.ts";

/** A key or a list item, and what stands inside of it. */
export interface Place {
  readonly key: string;
  readonly around: Place | null;
  /** Null while only something inside of it was seen. */
  line: number | null;
  inside: Map<string, Place> | null;
}

export class Lines {
  readonly top: Place = { key: "", around: null, line: null, inside: null };
  /** Keys that stand twice in one map: the later one. Parsers take the last and say nothing. */
  readonly repeated: { readonly path: Path; readonly line: number; readonly column: number }[] = [];

  /** `column` is where the key begins, from 0. */
  add(path: Path, line: number, column: number): void {
    const around = path.slice(0, -1).reduce(within, this.top);
    this.addWithin(around, path.at(-1)!, line, column);
  }

  /** The same for one who knows the place around it, which saves looking that up. */
  addWithin(around: Place, key: string, line: number, column: number): Place {
    const place = within(around, key);
    if (place.line === null) place.line = line;
    else this.repeated.push({ path: pathOf(place), line, column });
    return place;
  }

  /** The line of the value at `path`, or of the nearest thing around it; null when nothing is known. */
  of(path: Path): number | null {
    let place: Place | undefined = this.top;
    let line: number | null = null;
    for (const key of path) {
      place = place.inside?.get(key);
      if (place === undefined) break;
      line = place.line ?? line;
    }
    return line;
  }
}

function within(around: Place, key: string): Place {
  around.inside ??= new Map();
  const known = around.inside.get(key);
  if (known !== undefined) return known;
  const place = { key, around, line: null, inside: null };
  around.inside.set(key, place);
  return place;
}

function pathOf({ key, around }: Place): Path {
  return around === null ? [] : [...pathOf(around), key];
}
