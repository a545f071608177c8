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

/** Asks at several addresses at once: one that passes will do, else the one that says most. It is asked first and alone
 *  the next time, which halves what probing costs. */
export function anywhere(
  addresses: readonly string[],
  ask: (address: string, end: AbortSignal) => Promise<Outcome>,
): Attempt {
  let good: string | null = null;
  const askEach = (all: readonly string[], end: AbortSignal): Promise<Outcome> =>
    anyOf(
      all.map(async (address) => {
        const outcome = await ask(address, end);
        if (outcome.passed) good ??= address;
        return outcome;
      }),
    );
  return async (end) => {
    const known = good;
    if (known === null) return askEach(addresses, end);
    const outcome = await ask(known, end);
    if (outcome.passed) return outcome;
    good = null;
    const others = addresses.filter((address) => address !== known);
    if (end.aborted || others.length === 0) return outcome;
    const other = await askEach(others, end);
    return other.passed || !says(outcome) ? other : outcome;
  };
}

async function anyOf(attempts: readonly Promise<Outcome>[]): Promise<Outcome> {
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
    const telling = outcomes.find(says);
    return telling ?? outcomes[0] ?? failed("it could not be asked");
  }
}

export const REFUSED = "was refused";

/** Somebody was there. */
function says({ text }: Outcome): boolean {
  return !text.endsWith(REFUSED);
}

class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.text);
    this.outcome = outcome;
  }
}
