/** The definition that an instance goes by: the project's, or, on its way out, the one that was retired. */

import { own } from "./own.ts";
import type { ProcessSpec } from "./spec.ts";
import type { Project } from "./state.ts";

export function definitionOf(
  project: Project | undefined,
  process: string,
): ProcessSpec | undefined {
  if (project === undefined) return undefined;
  return own(project.spec.processes, process) ?? own(project.retired, process);
}
