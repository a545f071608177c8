/** Which of several instances gets the next connection. */

import type { Algorithm } from "../model/balance.ts";

export interface Candidate {
  /** Connections that it has by now. */
  readonly connections: number;
}

/** One of them; null when there are none. */
export type Choice = <C extends Candidate>(candidates: readonly C[]) => C | null;

/** `chance` gives numbers from 0 up to, and not, 1. */
export function choiceBy(algorithm: Algorithm, chance: () => number): Choice {
  switch (algorithm) {
    case "random":
      return (candidates) => candidates[Math.floor(chance() * candidates.length)] ?? null;
    case "round-robin":
      return inTurn();
    case "least-connections": {
      // Those that have equally few take turns, or the first would get all short connections.
      const among = inTurn();
      return (candidates) => {
        const least = Math.min(...candidates.map(({ connections }) => connections));
        return among(candidates.filter(({ connections }) => connections === least));
      };
    }
  }
}

function inTurn(): Choice {
  let turn = 0;
  return (candidates) => candidates[turn++ % candidates.length] ?? null;
}
