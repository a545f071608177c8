/** Says that a file takes nothing, and that it does again: each once, however often it is tried meanwhile. */

export class Troubles {
  readonly #say: (what: string) => void;
  /** The causes told of each file since it was last well. */
  readonly #told = new Map<string, Set<string>>();

  constructor(say: (what: string) => void) {
    this.#say = say;
  }

  /** Also tells of another cause of the same file, as when it is a full disk first and then a missing folder. */
  stuck(path: string, cause: string): void {
    const told = this.#told.get(path) ?? new Set();
    this.#told.set(path, told);
    if (told.has(cause)) return;
    told.add(cause);
    this.#say(`cannot write ${path}: ${cause}`);
  }

  well(path: string): void {
    if (this.#told.delete(path)) this.#say(`${path} can be written again`);
  }

  /** Nothing is written there any more. */
  forget(path: string): void {
    this.#told.delete(path);
  }
}

/** One line that is the same each time the same thing happens. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
