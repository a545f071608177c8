/** The watches of the system that are placed, one a directory. One that breaks goes, and is told of as a hint, so that it
 *  is placed anew. */

import type { FSWatcher } from "node:fs";
import { codeOf } from "../error-code.ts";
import { HINTS_RETRY_MS, type OnHint } from "./hints.ts";

export class PlacedWatches {
  readonly #watches = new Map<string, FSWatcher>();
  readonly #onHint: OnHint;

  constructor(onHint: OnHint) {
    this.#onHint = onHint;
  }

  get directories(): readonly string[] {
    return [...this.#watches.keys()];
  }

  has(directory: string): boolean {
    return this.#watches.has(directory);
  }

  /** Null when it is placed, else the code of the error. */
  place(directory: string, begin: () => FSWatcher): string | null {
    try {
      const handle = begin();
      handle.on("error", () => {
        if (this.#watches.get(directory) === handle) this.remove(directory);
        setTimeout(() => this.#onHint(directory, null), HINTS_RETRY_MS).unref();
      });
      this.#watches.set(directory, handle);
      return null;
    } catch (error) {
      return codeOf(error);
    }
  }

  remove(directory: string): void {
    this.#watches.get(directory)?.close();
    this.#watches.delete(directory);
  }

  close(): void {
    for (const handle of this.#watches.values()) handle.close();
    this.#watches.clear();
  }
}
