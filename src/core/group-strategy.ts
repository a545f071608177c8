/** Group strategies, as of OTP's supervisors: who goes down with a run that has ended and is to be restarted, and what
 *  has to be down before anything of the group starts again.
 *
 *  The order within a group is that of the definitions. What has completed, failed, or was stopped stays as it is. */

import type { ProcessName } from "../model/ids.ts";
import type { GroupSpec } from "../model/spec.ts";
import type { Instance, Project } from "../model/state.ts";
import { beginStop } from "./moves.ts";
import { endReload } from "./reload.ts";
import type { Turn } from "./turn.ts";

/** Restarts those that stand and fall with one whose run has ended. */
export function restartGroup(turn: Turn, failed: Instance): void {
  for (const [group, spec] of groupsOf(turn.projectOf(failed), failed.process)) {
    for (const process of goingDownWith(spec, failed.process)) {
      for (const instance of turn.instancesOf(failed.project, process)) {
        if (instance.id !== failed.id) restartWith(turn, instance, failed, group);
      }
    }
  }
}

/** The first member that an instance has to wait for before it starts; null when there is none. */
export function awaitedMember(
  turn: Pick<Turn, "projectOf" | "instancesOf">,
  { id, project, process, state }: Instance,
): { readonly group: string; readonly instance: Instance } | null {
  if (state.kind !== "pending" || !state.gated) return null;
  for (const [group, spec] of groupsOf(turn.projectOf({ project }), process)) {
    for (const member of spec.members) {
      const goesFirst = goingDownWith(spec, member).includes(process);
      const awaited = turn
        .instancesOf(project, member)
        .find((it) => it.id !== id && (isGoingDown(it) || (goesFirst && isToComeAgain(it))));
      if (awaited !== undefined) return { group, instance: awaited };
    }
  }
  return null;
}

/** With `one-for-all` other instances of the same process as well; with `rest-for-one` those go on. */
function goingDownWith({ strategy, members }: GroupSpec, failed: ProcessName) {
  return strategy === "one-for-all" ? members : members.slice(members.indexOf(failed) + 1);
}

function groupsOf({ spec }: Project, process: ProcessName): [string, GroupSpec][] {
  return Object.entries(spec.groups).filter(
    ([, { strategy, members }]) => strategy !== undefined && members.includes(process),
  );
}

function restartWith(turn: Turn, found: Instance, failed: Instance, group: string): void {
  if (found.desired !== "up") return;
  // Who is on its way to take the place of what goes down does not come after it.
  endReload(turn, found.id, { kind: "restart-asked" });
  const instance = turn.instance(found.id) ?? found;
  const { state } = instance;
  // One that is being spawned is new: news of its spawn comes before news of anything later.
  if (state.kind !== "starting" && state.kind !== "running") return;
  const data = { group, with: failed.id };
  turn.tellOf(instance, "process.restarting", state.run.id, data);
  beginStop(turn, instance, state.run, "restart", null);
}

function isGoingDown({ desired, state }: Instance): boolean {
  return desired === "up" && (state.kind === "stopping" || state.kind === "cleaning");
}

function isToComeAgain({ desired, state }: Instance): boolean {
  return desired === "up" && state.kind === "backoff";
}
