/** Whose readiness only time can tell. */

import { definitionOf } from "../../model/definition-of.ts";
import type { Instance } from "../../model/state.ts";
import type { DaemonContext } from "../context.ts";

/** Nothing tells when it is ready, so having lived a little has to do. */
export function settling(context: DaemonContext): (instance: Instance) => boolean {
  const { projects } = context.supervisor.world;
  return ({ project, process }) => definitionOf(projects.get(project), process)?.ready.length === 0;
}
