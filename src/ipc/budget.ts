/** How much may be said: as much as is saved up, which grows with time up to a bound. */

import { limits } from "../model/limits.ts";

/** For all that one program says. */
export function messageBudget(): Budget {
  return new Budget({
    perSecond: limits.messagesPerSecond,
    atMost: limits.messagesAtOnce,
    now: () => performance.now(),
  });
}

export interface BudgetOptions {
  readonly perSecond: number;
  readonly atMost: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

export class Budget {
  readonly #options: BudgetOptions;
  #saved: number;
  #atMs: number;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#saved = options.atMost;
    this.#atMs = options.now();
  }

  /** Pays, also with what is not there yet. */
  spend(cost: number): void {
    this.#grow();
    this.#saved -= cost;
  }

  /** Pays only with what is there. */
  trySpend(cost: number): boolean {
    this.#grow();
    if (this.#saved < cost) return false;
    this.#saved -= cost;
    return true;
  }

  /** Until nothing is owed any more. */
  get waitMs(): number {
    this.#grow();
    return this.#saved >= 0 ? 0 : Math.ceil((-this.#saved / this.#options.perSecond) * 1_000);
  }

  #grow(): void {
    const { perSecond, atMost, now } = this.#options;
    const nowMs = now();
    this.#saved = Math.min(atMost, this.#saved + ((nowMs - this.#atMs) * perSecond) / 1_000);
    this.#atMs = nowMs;
  }
}
