/** Bugs in what is done for shared ports. */

import type { Mutant } from "./mutants.ts";

export const BALANCE_MUTANTS: readonly Mutant[] = [
  {
    bug: "what is behind a shared port is spawned before that is listened on",
    file: "supervisor/performer.ts",
    from: "if (isBalanced === true) {",
    to: "if (isBalanced !== undefined && isBalanced !== true) {",
  },
  {
    bug: "what is told to stop goes on getting connections",
    file: "supervisor/balanced-runs.ts",
    from: "if (drainMs === undefined) return",
    to: "if (drainMs === undefined || drainMs > 0) return",
  },
  {
    bug: "a daemon that takes over a stop forgets that it gets connections",
    file: "core/recover.ts",
    from: '    ...drainFor(turn.specOf(instance), killAtMonoMs === null ? "kill" : "stop", 0),\n',
    to: "",
  },
];
