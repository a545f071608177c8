/** A row of stretches of time of one length, of which the last so many are kept: as numbers side by side, because there
 *  are many of them. It grows as far as it has to. */

import { METRICS, type Metric, type Span, type Stretch } from "../model/use.ts";

/** Least, mean and most of each metric. */
const COLUMNS = 3 * METRICS.length;
const FIRST_POINTS = 16;

interface Tally extends Span {
  readonly count: number;
}

interface OpenStretch {
  readonly index: number;
  tallies: readonly (Tally | null)[];
}

export class Ring {
  readonly #everyMs: number;
  readonly #points: number;
  /** When each began, in stretches since 1970. */
  #begins: Uint32Array;
  #values: Float32Array;
  #length = 0;
  /** Where the oldest is, once all places are taken. */
  #oldest = 0;
  #open: OpenStretch | null = null;

  constructor(everyMs: number, points: number) {
    this.#everyMs = everyMs;
    this.#points = points;
    this.#begins = new Uint32Array(Math.min(points, FIRST_POINTS));
    this.#values = new Float32Array(this.#begins.length * COLUMNS);
  }

  note(atMs: number, values: Readonly<Record<Metric, number | null>>): void {
    const index = Math.floor(atMs / this.#everyMs);
    if (this.#open?.index !== index) this.#close({ index, tallies: METRICS.map(() => null) });
    const { tallies = [] } = this.#open ?? {};
    const next = METRICS.map((metric, at) => counted(tallies[at] ?? null, values[metric]));
    if (this.#open !== null) this.#open.tallies = next;
  }

  /** Those that end after `sinceMs`, oldest first, the one that is still open included. */
  since(sinceMs: number): Stretch[] {
    const all = Array.from({ length: this.#length }, (_, nth) => this.#at(nth));
    if (this.#open !== null) {
      const { index, tallies } = this.#open;
      const [memory = null, cpu = null] = tallies.map(spanIn);
      all.push({ fromMs: index * this.#everyMs, memory, cpu });
    }
    return all.filter(({ fromMs }) => fromMs + this.#everyMs > sinceMs);
  }

  /** As it can be written down; the stretch that is open ends with it. */
  toBytes(): Uint8Array[] {
    this.#close(null);
    const order = Array.from({ length: this.#length }, (_, nth) => this.#place(nth));
    const begins = Uint32Array.from(order, (at) => this.#begins[at] ?? 0);
    const values = new Float32Array(this.#length * COLUMNS);
    for (const [nth, at] of order.entries()) {
      values.set(this.#values.subarray(at * COLUMNS, (at + 1) * COLUMNS), nth * COLUMNS);
    }
    return [begins, values].map((it) => new Uint8Array(it.buffer));
  }

  /** Bytes that one stretch takes when it is written down. */
  static readonly stretchBytes = 4 * (1 + COLUMNS);

  /** What `toBytes` gave of so many stretches, one after the other. */
  static fromBytes(everyMs: number, points: number, bytes: Uint8Array): Ring {
    const ring = new Ring(everyMs, points);
    const length = Math.min(points, Math.floor(bytes.length / Ring.stretchBytes));
    // Not `slice`, which of a Buffer is a view.
    const copy = new Uint8Array(bytes).buffer;
    ring.#begins = new Uint32Array(copy, 0, length).slice();
    ring.#values = new Float32Array(copy, 4 * length, length * COLUMNS).slice();
    ring.#length = length;
    return ring;
  }

  #close(next: OpenStretch | null): void {
    const closed = this.#open;
    this.#open = next;
    if (closed === null) return;
    if (this.#length === this.#begins.length && this.#length < this.#points) this.#grow();
    const at = this.#place(this.#length);
    if (this.#length < this.#points) this.#length += 1;
    else this.#oldest = (this.#oldest + 1) % this.#points;
    this.#begins[at] = closed.index;
    const cells = closed.tallies.flatMap((it) => [it?.min, it?.mean, it?.max]);
    this.#values.set(
      cells.map((it) => it ?? Number.NaN),
      at * COLUMNS,
    );
  }

  #grow(): void {
    const places = Math.min(this.#points, Math.max(FIRST_POINTS, 2 * this.#begins.length));
    const begins = new Uint32Array(places);
    const values = new Float32Array(places * COLUMNS);
    begins.set(this.#begins);
    values.set(this.#values);
    this.#begins = begins;
    this.#values = values;
  }

  /** Of the nth, counted from the oldest; of one more than there are, where it goes. */
  #place(nth: number): number {
    return (this.#oldest + nth) % this.#points;
  }

  #at(nth: number): Stretch {
    const place = this.#place(nth);
    const cells = this.#values.subarray(place * COLUMNS, (place + 1) * COLUMNS);
    const spanAt = (at: number): Span | null => {
      const [min = Number.NaN, mean = Number.NaN, max = Number.NaN] = cells.subarray(at, at + 3);
      return Number.isNaN(mean) ? null : { min, mean, max };
    };
    const fromMs = (this.#begins[place] ?? 0) * this.#everyMs;
    return { fromMs, memory: spanAt(0), cpu: spanAt(3) };
  }
}

function spanIn(tally: Tally | null): Span | null {
  return tally === null ? null : { min: tally.min, mean: tally.mean, max: tally.max };
}

function counted(tally: Tally | null, value: number | null): Tally | null {
  if (value === null) return tally;
  if (tally === null) return { min: value, mean: value, max: value, count: 1 };
  const count = tally.count + 1;
  return {
    min: Math.min(tally.min, value),
    mean: tally.mean + (value - tally.mean) / count,
    max: Math.max(tally.max, value),
    count,
  };
}
