/** The life of one alert in a test: what is told while it hears of things and time passes. */

import type { Happening } from "../../src/core/alert-conditions.ts";
import {
  elapse,
  hear,
  newAlert,
  type Reaction,
  type Telling,
} from "../../src/core/alert-reducer.ts";
import type { Alert } from "../../src/model/alerts.ts";
import type { AlertRule } from "../../src/model/spec.ts";

const SUBJECT = { project: "p", process: "a", instance: 1, instanceId: "p/a.1" } as const;

export function rule(given: Partial<AlertRule> = {}): AlertRule {
  const none = { processes: null, forMs: 0, cooldownMs: 0, exec: null, webhook: null };
  return { on: ["*"], ...none, timeoutMs: 1, ...given };
}

/** An alert that lives through what happens, with a clock. */
export class Life {
  nowMs = 1_000;
  alert: Alert | null = null;
  readonly told: Telling[] = [];
  readonly #rule: AlertRule;

  constructor(given: AlertRule) {
    this.#rule = given;
  }

  hear(type: string, more: Partial<Happening> = {}): void {
    const before = this.alert ?? newAlert({ key: "k", rule: "r", subject: SUBJECT });
    this.#take(hear(before, this.#rule, { type, runId: "1", data: {}, ...more }, this.#moment()));
  }

  /** Time passes, with a look whenever the alert wants one. */
  wait(ms: number): void {
    const until = this.nowMs + ms;
    for (let due = this.#due(); due <= until; due = this.#due()) {
      this.nowMs = Math.max(this.nowMs, due);
      const { alert } = this;
      if (alert === null) break;
      this.#take(elapse(alert, this.#rule, this.#moment()));
    }
    this.nowMs = until;
  }

  #due(): number {
    return this.alert?.dueMonoMs ?? Number.POSITIVE_INFINITY;
  }

  #moment() {
    return {
      now: { wallMs: this.nowMs, monoMs: this.nowMs },
      newId: () => `id-${this.told.length}`,
    };
  }

  #take({ alert, tellings }: Reaction): void {
    // What is stored is JSON.
    this.alert = JSON.parse(JSON.stringify(alert)) as Alert | null;
    this.told.push(...tellings);
  }
}
