/** What runs are held to, in a step: put in force with the start, and anew when the definition says otherwise. */

import { type Confinement, folderOf } from "../model/confinement.ts";
import type { ProjectName } from "../model/ids.ts";
import type { Instance, Run } from "../model/state.ts";
import { type Confining, confinementOf, confinementOfStranger } from "./confinement.ts";
import { isSameValue } from "./definition-changes.ts";
import { needsStart } from "./live-limits.ts";
import { askRestart, move } from "./moves.ts";
import type { Turn } from "./turn.ts";
import { forgetUnwatched } from "./watch-groups.ts";

/** By the definition as it is. */
export function confiningOf(
  turn: Turn,
  instance: Instance,
  { stranger }: Pick<Run, "stranger"> = {},
): Confining {
  const { spec } = turn.projectOf(instance);
  const process = turn.specOf(instance);
  if (stranger !== true) return confinementOf(spec, process, turn);
  return { confinement: confinementOfStranger(spec, process, turn), refused: [] };
}

/** Every run of the project goes by the definition as it is now; one that only its start can bring in line is restarted. */
export function confineAnew(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  if (project === undefined) return;
  for (const process of Object.keys(project.spec.processes)) {
    for (const { id } of turn.instancesOf(name, process)) confineInstance(turn, id);
  }
  forgetUnwatched(turn, name);
}

export function confineInstance(turn: Turn, id: Instance["id"]): void {
  const instance = turn.instance(id);
  const state = instance?.state;
  if (instance === undefined || (state?.kind !== "starting" && state?.kind !== "running")) return;
  const { run } = state;
  const { confinement, refused } = confiningOf(turn, instance, run);
  const before = run.confinement ?? null;
  if (isSameValue(confinement ?? NONE, before ?? NONE)) return;
  const isBound =
    run.stranger === true
      ? folderOf(confinement) !== folderOf(before)
      : needsStart(before, confinement, turn.enforceable);
  if (refused.length > 0 || isBound) {
    return askRestart({ turn, instance, state, spec: turn.specOf(instance) });
  }
  const { confinement: _, over: __, ...free } = run;
  // Also that there is none any more is kept: a daemon that dies before that is in force leaves it to the next.
  const confined: Run = { ...free, confinement: confinement ?? NONE };
  move(turn, instance, { ...state, run: confined }, { lastRun: confined });
  putInForce(turn, id, confined, { before: before ?? NONE, isAgain: false });
}

/** `isAgain`: it was before, as far as is known. */
export function putInForce(
  turn: Turn,
  instance: Instance["id"],
  { id: runId, pid, startTicks, confinement = NONE }: Run,
  how: { readonly before: Confinement | null; readonly isAgain: boolean },
): void {
  const identity = { pid, startTicks };
  turn.perform({ kind: "confine", instance, runId, identity, confinement, ...how });
}

const NONE: Confinement = { own: [], shared: null };
