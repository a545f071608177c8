/** Tries one probe again and again: never twice at once, each attempt with an end, and not in step with others. */

import type { ProbeAnswer, ProbePace } from "../../model/probe.ts";
import { LONGEST_SLEEP_MS } from "../clock.ts";
import { type Attempt, failed, type Outcome } from "./attempt.ts";
import { countDown } from "./count-down.ts";

/** Periods are longer or shorter by up to that part, so that a thousand probes do not fire together. */
const JITTER = 0.1;
/** An attempt that took that much longer than it may was not slow: this program stood still (suspended, stopped). */
const STOOD_STILL_MS = 1_000;
/** The next attempt is no sooner than that, however much there is to ask about. */
const HURRY_MS = 100;
/** Answers kept for whoever asks what it said lately. */
const ANSWERS_KEPT = 5;

export interface LoopOptions {
  readonly pace: ProbePace;
  /** Null: there is nothing to be known just now, be it good or bad. */
  readonly attempt: (...of: Parameters<Attempt>) => Promise<Outcome | null>;
  /** At least 0, less than 1. */
  readonly chance: () => number;
  /** Before the first attempt. */
  readonly delayMs: number;
  /** False ends the loop. */
  readonly onOutcome: (outcome: Outcome) => boolean;
}

export class ProbeLoop {
  /** Attempts so far. */
  tries = 0;
  /** The last outcome ended it. */
  isOver = false;
  readonly answers: ProbeAnswer[] = [];
  readonly #options: LoopOptions;
  #isStopped = false;
  /** Ends what is under way: an attempt, or a pause. */
  #interrupt: () => void = () => {};
  #hurry: () => void = () => {};

  constructor(options: LoopOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Ends at once; nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#interrupt();
  }

  /** There is something new to ask about: a pause that is under way is cut short. */
  hurry(): void {
    this.#hurry();
  }

  async #run(): Promise<void> {
    const { pace, chance, delayMs, onOutcome } = this.#options;
    if (delayMs > 0) await this.#pause(delayMs);
    let stoodStill = false;
    while (!this.#isStopped) {
      const beganMs = performance.now();
      const outcome = await this.#once();
      const tookMs = performance.now() - beganMs;
      if (this.#isStopped) return;
      if (outcome === null) {
        await this.#pause(pace.intervalMs);
        continue;
      }
      // Once, so that a machine that is always late is told of all the same.
      stoodStill = !stoodStill && !outcome.passed && tookMs > pace.timeoutMs + STOOD_STILL_MS;
      if (stoodStill) continue;
      this.#note(outcome, tookMs);
      this.isOver = !onOutcome(outcome);
      if (this.isOver) return;
      await this.#pause(pace.intervalMs * (1 + JITTER * (2 * chance() - 1)));
    }
  }

  async #once(): Promise<Outcome | null> {
    const end = new AbortController();
    const { timeoutMs } = this.#options.pace;
    const putOff = countDown(timeoutMs, () => end.abort());
    this.#interrupt = () => end.abort();
    try {
      return await this.#options.attempt(end.signal);
    } catch (error) {
      // A fault of procman; a probe that fell silent for it would leave a process healthy, or starting, for ever.
      const cause = error instanceof Error ? error.message : String(error);
      return failed(`the probe itself broke: ${cause}`);
    } finally {
      putOff();
    }
  }

  #note({ passed, text }: Outcome, tookMs: number): void {
    this.tries += 1;
    this.answers.push({ passed, text, atMs: Date.now(), tookMs: Math.round(tookMs) });
    if (this.answers.length > ANSWERS_KEPT) this.answers.shift();
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer = setTimeout(resolve, Math.min(ms, LONGEST_SLEEP_MS));
    this.#interrupt = () => {
      clearTimeout(timer);
      resolve();
    };
    this.#hurry = () => {
      this.#hurry = () => {};
      clearTimeout(timer);
      timer = setTimeout(resolve, Math.min(ms, HURRY_MS));
    };
    return promise;
  }
}
