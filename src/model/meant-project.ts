/** Which of the projects of one directory is meant. */

import type { ProjectSpec } from "./spec.ts";

/** The one that was started with these very files, if there is one; else all of them. */
export function meantAmong<P extends { readonly spec: Pick<ProjectSpec, "files"> }>(
  projects: readonly P[],
  files: readonly string[] | undefined,
): readonly P[] {
  if (files === undefined) return projects;
  const own = projects.filter(({ spec }) => spec.files.join("\n") === files.join("\n"));
  return own.length === 1 ? own : projects;
}
