/** How the lines of a process are read: its `log.parse`. */

import { storedSpec } from "../client/registry-peek.ts";
import type { LogOwner } from "../logfile/paths.ts";
import type { LogParse, ProjectSpec } from "../model/spec.ts";

/** `log.parse` as the project was last started with; `auto` when it is not known. */
export function logParses(home: string): (owner: LogOwner) => LogParse {
  const specs = new Map<string, ProjectSpec | null>();
  return ({ project, process }) => {
    if (!specs.has(project)) specs.set(project, storedSpec(home, project));
    const processes = specs.get(project)?.processes ?? {};
    return Object.hasOwn(processes, process) ? (processes[process]?.log.parse ?? "auto") : "auto";
  };
}
