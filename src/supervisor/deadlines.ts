/** One alarm for many deadlines: wakes when the earliest has passed. */

import type { Clock } from "./ports.ts";

export class Deadlines<Id extends string> {
  readonly #clock: Clock;
  readonly #onDue: (due: readonly Id[]) => void;
  readonly #at = new Map<Id, number>();
  #alarm: { readonly monoMs: number; readonly cancel: () => void } | null = null;

  constructor(clock: Clock, onDue: (due: readonly Id[]) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Null takes the deadline away. Takes effect at the next `arm`. */
  set(id: Id, monoMs: number | null): void {
    if (monoMs === null) this.#at.delete(id);
    else this.#at.set(id, monoMs);
  }

  arm(): void {
    const first = this.#earliest();
    if (first === this.#alarm?.monoMs) return;
    this.disarm();
    if (first === null) return;
    const cancel = this.#clock.wakeAt(first, () => this.#ring());
    this.#alarm = { monoMs: first, cancel };
  }

  disarm(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #ring(): void {
    this.#alarm = null;
    const { monoMs } = this.#clock.now();
    const due = [...this.#at].filter(([, at]) => at <= monoMs).map(([id]) => id);
    for (const id of due) this.#at.delete(id);
    if (due.length > 0) this.#onDue(due);
    this.arm();
  }

  #earliest(): number | null {
    let first: number | null = null;
    for (const at of this.#at.values()) {
      if (first === null || at < first) first = at;
    }
    return first;
  }
}
