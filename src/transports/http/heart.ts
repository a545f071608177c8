/** One clock for all streams that beat, however many there are; it stands still when there are none. */

export class Heart {
  readonly #everyMs: number;
  readonly #pulses = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  join(pulse: () => void): void {
    this.#pulses.add(pulse);
    this.#timer ??= setInterval(() => {
      for (const each of this.#pulses) each();
    }, this.#everyMs);
  }

  leave(pulse: () => void): void {
    this.#pulses.delete(pulse);
    if (this.#pulses.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
