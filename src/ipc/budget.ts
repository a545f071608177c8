/** How much may be said: as much as is saved up, which grows with time up to a bound. */

import { limits } from "../model/limits.ts";

/** For all that one program says; `within` that of all programs together. */
export function messageBudget(within: Budget | null = null): Budget {
  return new Budget({
    perSecond: limits.messagesPerSecond,
    atMost: limits.messagesAtOnce,
    now: () => performance.now(),
    within,
  });
}

/** For all that all programs say. */
export function sharedBudget(): Budget {
  return new Budget({
    perSecond: limits.allMessagesPerSecond,
    atMost: limits.allMessagesPerSecond,
    now: () => performance.now(),
  });
}

export interface BudgetOptions {
  readonly perSecond: number;
  readonly atMost: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Of this one is spent as well. Who has spent much waits for it too, who has spent little does not. */
  readonly within?: Budget | null;
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
    this.#options.within?.spend(cost);
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
    const { perSecond, atMost, within } = this.#options;
    this.#grow();
    if (this.#saved < 0) return Math.ceil((-this.#saved / perSecond) * 1_000);
    return this.#saved >= atMost / 2 ? 0 : (within?.waitMs ?? 0);
  }

  #grow(): void {
    const { perSecond, atMost, now } = this.#options;
    const nowMs = now();
    this.#saved = Math.min(atMost, this.#saved + ((nowMs - this.#atMs) * perSecond) / 1_000);
    this.#atMs = nowMs;
  }
}
