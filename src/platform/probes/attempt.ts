/** What one attempt of a probe is: asked once, it comes to an outcome at the latest when its end is there. */

import type { LogMeaning } from "../../model/probe.ts";

export interface Outcome {
  readonly passed: boolean;
  /** A clause: `GET http://127.0.0.1:3000/ answered 503`. */
  readonly text: string;
  /** Set when a line of output has said it. */
  readonly means?: LogMeaning;
}

/** Never rejects. */
export type Attempt = (end: AbortSignal) => Promise<Outcome>;

export function passed(text: string): Outcome {
  return { passed: true, text };
}

export function failed(text: string): Outcome {
  return { passed: false, text };
}

/** Of several ways to ask the same, one that passes will do; else the one that says most. */
export async function anyOf(attempts: readonly Promise<Outcome>[]): Promise<Outcome> {
  const insisting = attempts.map(async (attempt) => {
    const outcome = await attempt;
    if (outcome.passed) return outcome;
    throw new Failure(outcome);
  });
  try {
    return await Promise.any(insisting);
  } catch (error) {
    const failures = error instanceof AggregateError ? error.errors : [error];
    const outcomes = failures.flatMap((it) => (it instanceof Failure ? it.outcome : []));
    // Nobody listens on the one address, somebody who does not answer on the other: that one is meant.
    const telling = outcomes.find(({ text }) => !text.endsWith(REFUSED));
    return telling ?? outcomes[0] ?? failed("it could not be asked");
  }
}

export const REFUSED = "was refused";

class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.text);
    this.outcome = outcome;
  }
}
