/** Other tools choose no ports: each that procman would choose is written as a number. */

import type { ProcessSpec, ProjectSpec } from "../../model/spec.ts";

/** For `auto`: each further process a hundred higher, as foreman does it. */
const FIRST_PORT = 5_000;
const STEP = 100;

export function withWrittenPorts(project: ProjectSpec): ProjectSpec {
  let next = FIRST_PORT;
  const processes = Object.entries(project.processes).map(([name, process]) => {
    if (process.port !== null || process.portChoice === null) return [name, process] as const;
    const { from } = process.portChoice;
    const port = from ?? next;
    if (from === null) next += STEP;
    return [name, { ...process, port }] as const;
  });
  return { ...project, processes: Object.fromEntries(processes) };
}

/** A sentence for what was written so; none for the others. */
export function portNotices({ name, port, portChoice }: ProcessSpec): string[] {
  if (portChoice === null) return [];
  return [`"${name}" gets port ${port}, and no other one when that is taken`];
}
