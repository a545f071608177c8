/** Bugs in the judging of what runs use. */

import type { Mutant } from "./mutants.ts";

export const USE_MUTANTS: readonly Mutant[] = [
  {
    bug: "use that does not last is told",
    file: "core/thresholds.ts",
    from: "nowMonoMs - sinceMonoMs >= forMs",
    to: "nowMonoMs - sinceMonoMs >= 0",
  },
  {
    bug: "a level is left as soon as use is below its threshold",
    file: "core/thresholds.ts",
    from: "BACK_BELOW * threshold",
    to: "threshold",
  },
  {
    bug: "a row of measurements is not broken",
    file: "core/thresholds.ts",
    from: "return step.otherwiseSinceMonoMs === null ? step : { ...step, otherwiseSinceMonoMs: null };",
    to: "return step;",
  },
  {
    bug: "what a run used is forgotten when its probes change",
    file: "core/probing.ts",
    from: "run, ...useOf(instance, run) }",
    to: "run }",
  },
  {
    bug: "a level is told that is none",
    file: "core/watch-use.ts",
    from: "if (from === to) return;",
    to: "",
  },
  {
    bug: "a run is told to leak again and again",
    file: "core/watch-use.ts",
    from: "if (state.use?.isTrendTold === true) return;",
    to: "",
  },
  {
    bug: "what is over a threshold that is gone stays so",
    file: "core/watch-use.ts",
    from: "threshold === undefined ? undefined : withoutWaiting(before)",
    to: "withoutWaiting(before)",
  },
  {
    bug: "an alert about use is not over when less is used",
    file: "core/alert-conditions.ts",
    from: 'return family === "resource" && isSamePart;',
    to: "return false;",
  },
];
