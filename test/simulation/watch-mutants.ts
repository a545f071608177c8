/** Bugs in watching files. */

import type { Mutant } from "./mutants.ts";

export const WATCH_MUTANTS: readonly Mutant[] = [
  {
    bug: "a change of files does not start again what has failed",
    file: "core/file-changes.ts",
    from: '"completed", "failed"]);',
    to: '"completed"]);',
  },
  {
    bug: "a change that is noted before a crash is forgotten with the run",
    file: "core/moves.ts",
    from: '  "pending",\n  "scheduled",',
    to: '  "pending",\n  "cleaning",\n  "scheduled",',
  },
  {
    bug: "a change that a new run has seen restarts it again",
    file: "core/moves.ts",
    from: '  "pending",\n  "scheduled",',
    to: '  "scheduled",',
  },
  {
    bug: "a change is acted on and still there",
    file: "core/watch-files.ts",
    from: "const settled = withoutChange(instance);",
    to: "const settled = instance;",
  },
  {
    bug: "what changes its own file is never suspended",
    file: "core/file-changes.ts",
    from: "const OF_SAME_FILE: Likeness = { withinMs: 500, share: 0.25 };",
    to: "const OF_SAME_FILE: Likeness = { withinMs: -1, share: -1 };",
  },
  {
    bug: "what writes a new file each time is never suspended",
    file: "core/file-changes.ts",
    from: "steady.times >= limits.steadyChangesInARow",
    to: "steady.times < 0",
  },
  {
    bug: "what changes while no daemon is there is never seen",
    file: "daemon/watching.ts",
    from: "streak.actedAtMs : launched.wallMs",
    to: "streak.actedAtMs : nowMs",
  },
  {
    bug: "what came of a change comes again with the next daemon",
    file: "daemon/watching.ts",
    from: "streak.actedMonoMs > launched.monoMs",
    to: "streak.actedMonoMs < 0",
  },
];
