/** Those who wait for the world to be as they want it. */

export class Waiters {
  readonly #looks = new Set<() => boolean>();

  /** Resolves as soon as `look` gives something other than undefined; looks now and at every `check`. */
  until<T>(look: () => T | undefined, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#looks.delete(again);
        reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      const again = (): boolean => {
        const found = look();
        if (found === undefined) return false;
        signal?.removeEventListener("abort", stop);
        resolve(found);
        return true;
      };
      if (signal?.aborted) return stop();
      if (again()) return;
      this.#looks.add(again);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** The world is another one. */
  check(): void {
    for (const look of this.#looks) if (look()) this.#looks.delete(look);
  }
}
