/** Every checker of the simulation: one for each promise. */

import { alertsAlternate, alertsLast, alertsProbed, alertsReach, alertsTrue } from "./alerts.ts";
import { startsListenedFor, stopsWithdrawn } from "./balance.ts";
import type { Checker } from "./checker.ts";
import { announced, gaplessNumbers } from "./events.ts";
import { failuresInARow, healthIsTold, recoversInCalm, unhealthyRunsEnd } from "./health.ts";
import { endsAfterHook, failsWithHook, startsAfterHook } from "./hooks.ts";
import {
  excessEnds,
  excessIsEnough,
  groupExcess,
  heldToDefinition,
  heldToWhatIsKnown,
  unheldEnds,
} from "./limits.ts";
import { dependenciesFirst, dependentsGoFirst, withinConcurrency } from "./order.ts";
import {
  askedBeforeSignalled,
  graceThenKill,
  obedience,
  restartBudget,
  trueExits,
  unknownIsNoSuccess,
} from "./policy.ts";
import { cleanAtRest, comesToRest, oneOwner, onlyOneRun } from "./processes.ts";
import {
  fallbackIsRelieved,
  fallbackTakesOver,
  groupGoesDownTogether,
  groupSparesOthers,
  onlyLeftoversAreSwept,
} from "./recovery.ts";
import {
  failureCostsNothing,
  oneRunInCalm,
  readyStays,
  reloadsAreTold,
  runsInPairs,
} from "./reload.ts";
import { dueIsKnown, noTimeIsLost, runsOverlapAsAllowed, waitsForItsTime } from "./schedule.ts";
import { sideCommandsOnce } from "./side-commands.ts";
import { updatesFollow, updatesHold } from "./updates.ts";
import { lessUseIsNormal, levelsHold, measuredUseIsTold, thresholdsGone } from "./use.ts";

import { changesActOnce, changesAreSeen, noCircles } from "./watching.ts";

export const CHECKERS: readonly (() => Checker)[] = [
  onlyOneRun,
  oneOwner,
  cleanAtRest,
  comesToRest,
  gaplessNumbers,
  announced,
  dependenciesFirst,
  dependentsGoFirst,
  withinConcurrency,
  restartBudget,
  askedBeforeSignalled,
  graceThenKill,
  obedience,
  trueExits,
  unknownIsNoSuccess,
  updatesFollow,
  updatesHold,
  failuresInARow,
  unhealthyRunsEnd,
  healthIsTold,
  recoversInCalm,
  measuredUseIsTold,
  levelsHold,
  lessUseIsNormal,
  thresholdsGone,
  excessEnds,
  excessIsEnough,
  groupExcess,
  heldToDefinition,
  heldToWhatIsKnown,
  unheldEnds,
  alertsAlternate,
  alertsLast,
  alertsProbed,
  alertsReach,
  alertsTrue,
  startsAfterHook,
  endsAfterHook,
  failsWithHook,
  sideCommandsOnce,
  groupGoesDownTogether,
  groupSparesOthers,
  fallbackTakesOver,
  fallbackIsRelieved,
  onlyLeftoversAreSwept,
  changesAreSeen,
  changesActOnce,
  noCircles,
  noTimeIsLost,
  dueIsKnown,
  runsOverlapAsAllowed,
  waitsForItsTime,
  startsListenedFor,
  stopsWithdrawn,
  runsInPairs,
  readyStays,
  failureCostsNothing,
  oneRunInCalm,
  reloadsAreTold,
];
