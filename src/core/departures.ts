/** Departures: signals each instance that was asked to stop once nothing that depends on it is still leaving. */

import type { ProjectName } from "../model/ids.ts";
import type { Instance } from "../model/state.ts";
import { dependents, specsOf } from "./dependencies.ts";
import { beginStop } from "./moves.ts";
import type { Turn } from "./turn.ts";

export function depart(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  if (project === undefined) return;
  const dependentsOf = dependents(project);
  for (const spec of specsOf(project)) {
    for (const instance of turn.instancesOf(name, spec.name)) {
      if (instance.state.kind !== "leaving") continue;
      const first = dependentsOf.get(spec.name) ?? [];
      if (first.some((process) => turn.instancesOf(name, process).some(isOnItsWayOut))) continue;
      const { run, timeoutMs } = instance.state;
      beginStop(turn, instance, run, "stop", timeoutMs);
    }
  }
}

/** Still there, and not to stay. One that is to stay does not hold up what it depends on. */
export function isOnItsWayOut({ desired, state }: Instance): boolean {
  switch (state.kind) {
    case "spawning":
    case "starting":
    case "running":
    case "leaving":
    case "stopping":
    case "cleaning":
    case "exited":
      return desired !== "up";
    default:
      return false;
  }
}
