/** Bugs in what runs are held to. */

import type { Mutant } from "./mutants.ts";

export const LIMIT_MUTANTS: readonly Mutant[] = [
  {
    bug: "one measurement over a limit ends a run",
    file: "core/watch-limits.ts",
    from: "before.has(it.limit) && usedOf",
    to: "usedOf",
  },
  {
    bug: "what is over a limit is not ended",
    file: "core/watch-limits.ts",
    from: "if (again !== undefined) return endOver",
    to: "if (again === null) return endOver",
  },
  {
    bug: "a group ends the one that uses least",
    file: "core/watch-groups.ts",
    from: "(usedOf(limit, other) ?? 0) - (usedOf(limit, one) ?? 0)",
    to: "(usedOf(limit, one) ?? 0) - (usedOf(limit, other) ?? 0)",
  },
  {
    bug: "an edited limit is not put in force in what runs",
    file: "core/define.ts",
    from: "confineAnew(turn, name);",
    to: "",
  },
  {
    bug: "what cannot be held to its limits while it runs is left as it is",
    file: "core/run-moves.ts",
    from: "if (context.state.run.stranger !== true) askRestart(context);",
    to: "",
  },
  {
    bug: "what was announced by a daemon that died is not put in force by the next",
    file: "core/recover.ts",
    from: "if (run.confinement !== undefined) {",
    to: "if (run.confinement === null) {",
  },
];
