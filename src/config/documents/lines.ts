/** On which line each key of a document stands, as far as its format lets us tell. */

import type { Path } from "../tree.ts";

export class Lines {
  readonly #lines = new Map<string, number>();
  /** Keys that stand twice in one map: the later one. Parsers take the last and say nothing. */
  readonly repeated: { readonly path: Path; readonly line: number; readonly column: number }[] = [];

  /** `column` is where the key begins, from 0. */
  add(path: Path, line: number, column: number): void {
    const id = idOf(path);
    if (this.#lines.has(id)) this.repeated.push({ path, line, column });
    else this.#lines.set(id, line);
  }

  /** The line of the value at `path`, or of the nearest thing around it; null when nothing is known. */
  of(path: Path): number | null {
    for (let length = path.length; length > 0; length--) {
      const line = this.#lines.get(idOf(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return null;
  }
}

function idOf(path: Path): string {
  return path.join("\0");
}
