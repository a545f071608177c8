/** Bugs in group strategies, fallbacks and the clearing of leftovers. */

import { BALANCE_MUTANTS } from "./balance-mutants.ts";
import type { Mutant } from "./mutants.ts";

export const RECOVERY_MUTANTS: readonly Mutant[] = [
  ...BALANCE_MUTANTS,
  {
    bug: "a group goes on when one of it fails that takes the others with it",
    file: "choreographer/routes.ts",
    from: "each: [restartPolicy, groupFollows]",
    to: "each: [restartPolicy]",
  },
  {
    bug: "one starts again before the rest of its group is down",
    file: "core/admission.ts",
    from: "return awaitedMember(turn, instance) === null;",
    to: "return awaitedMember(turn, instance) !== undefined;",
  },
  {
    bug: "with rest-for-one those before go down too",
    file: "core/group-strategy.ts",
    from: "members.slice(members.indexOf(failed) + 1)",
    to: "members.slice(0)",
  },
  {
    bug: "a fallback does not take over",
    file: "choreographer/routes.ts",
    from: "each: [giveUp, fallbackTakesOver, ",
    to: "each: [giveUp, ",
  },
  {
    bug: "a fallback goes on when it is not needed any more",
    file: "core/fallback.ts",
    from: "if (needed === instance.standsInFor) continue;",
    to: "if (instance.standsInFor !== undefined) continue;",
  },
  {
    bug: "a run that goes on is taken for a leftover",
    file: "core/leftovers.ts",
    from: "return isOurs && !isPresent &&",
    to: "return isOurs &&",
  },
  {
    bug: "what was taken over is taken for a leftover",
    file: "core/leftovers.ts",
    from: "!relatives.some((it) => isOwned(turn, it))",
    to: "relatives.length > 0",
  },
  {
    bug: "what waited for a leftover to go is forgotten",
    file: "core/lifecycle.ts",
    from: '"leftover-cleared": run.leftoverCleared',
    to: '"leftover-cleared": keep',
  },
  {
    bug: "a run goes on though the hook after it had become ready must not fail",
    file: "core/hook-failures.ts",
    from: "if (what !== AFTER_READY) return;\n  failStart(",
    to: 'if (what !== "") return;\n  failStart(',
  },
  {
    bug: "what was stopped is well though a hook of its end must not fail",
    file: "core/end-moves.ts",
    from: "if (state.hookFault !== undefined && !forced) {",
    to: 'if (state.hookFault === "") {',
  },
  {
    bug: "what has ended by itself is well though the hook after it must not fail",
    file: "core/end-moves.ts",
    from: "return hookFault ?? null;",
    to: "return null;",
  },
  {
    bug: "a new daemon forgets what is alerting",
    file: "core/world.ts",
    from: "alerts: new Map(world.alerts),",
    to: "alerts: new Map(),",
  },
];
