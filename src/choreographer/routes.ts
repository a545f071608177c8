/** The routing table: which handlers decide on which fact. Adding a feature is a handler and its lines here.
 *
 *  `each` handlers decide on the one fact, in the order given. `project` handlers look at a whole project and run
 *  once when its facts have all been decided on, however many there were. Handlers that only observe are told after
 *  the commit and stand in `observers/`. */

import type { EventType, Fact } from "../model/events.ts";
import type { ProjectName } from "../model/ids.ts";
import { admit } from "../core/admission.ts";
import { depart } from "../core/departures.ts";
import { extraGoes } from "../core/extra-runs.ts";
import { backOnSchedule } from "../core/on-schedule.ts";
import { scheduleEdited } from "../core/schedule.ts";
import type { Turn } from "../core/turn.ts";
import { dependentsHopeAgain, editedHopeAgain } from "./handlers/dependents.ts";
import { fallbackIsRelieved, fallbackTakesOver } from "./handlers/fallbacks.ts";
import { forgetting } from "./handlers/forgetting.ts";
import { giveUp } from "./handlers/give-up.ts";
import { groupFollows } from "./handlers/group-follows.ts";
import { restartPolicy } from "./handlers/restart-policy.ts";
import { unhealthyRun } from "./handlers/unhealthy-run.ts";

export type FactHandler = (turn: Turn, fact: Fact) => void;
export type ProjectHandler = (turn: Turn, project: ProjectName) => void;

export interface Route {
  readonly each: readonly FactHandler[];
  readonly project: readonly ProjectHandler[];
}

export const routes: { readonly [T in EventType]?: Route } = {
  "process.pending": { each: [], project: [admit] },
  "process.started": { each: [dependentsHopeAgain], project: [admit] },
  "process.ready": { each: [fallbackIsRelieved], project: [admit] },
  "process.reloading": { each: [], project: [admit] },
  "process.reloaded": { each: [], project: [admit] },
  "reload.failed": { each: [], project: [admit] },
  "health.healthy": { each: [], project: [admit] },
  "health.recovered": { each: [], project: [admit] },
  "health.failed": { each: [unhealthyRun], project: [] },
  "process.stopping": { each: [], project: [depart] },
  "process.exited": { each: [restartPolicy, groupFollows], project: [depart, admit] },
  "process.backoff": { each: [], project: [admit] },
  "process.stopped": { each: [fallbackIsRelieved, extraGoes], project: [depart, admit] },
  "process.killed": { each: [fallbackIsRelieved, extraGoes], project: [depart, admit] },
  "process.completed": { each: [backOnSchedule, extraGoes], project: [depart, admit] },
  "process.failed": {
    each: [giveUp, fallbackTakesOver, backOnSchedule, extraGoes],
    project: [depart, admit],
  },
  "process.skipped": { each: [fallbackTakesOver, backOnSchedule, extraGoes], project: [admit] },
  "process.suspended": { each: [], project: [depart, admit] },
  "process.adopted": { each: [], project: [depart, admit] },
  "process.removed": {
    each: [fallbackIsRelieved, forgetting, dependentsHopeAgain],
    project: [depart, admit],
  },
  "config.changed": {
    each: [fallbackIsRelieved, editedHopeAgain, scheduleEdited],
    project: [admit],
  },
};
