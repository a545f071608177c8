/** Other tools choose no ports: each that procman would choose is written as a number. */

import { BALANCED_HOST } from "../../model/balance.ts";
import { sharingOf } from "../../model/sharing.ts";
import { portsFrom } from "../../model/port.ts";
import type { ProcessSpec, ProjectSpec } from "../../model/spec.ts";

/** For `auto`: each further process a hundred higher, as foreman does it. */
const FIRST_PORT = 5_000;
const STEP = 100;

export function withWrittenPorts(project: ProjectSpec): ProjectSpec {
  let next = FIRST_PORT;
  const processes = Object.entries(project.processes).map(([name, process]) => {
    const from = process.port ?? process.portChoice?.from ?? null;
    const isChosen = process.port === null && process.portChoice !== null;
    const port = from ?? (isChosen ? next : null);
    if (isChosen && from === null) next += STEP;
    return [name, withPorts(process, port)] as const;
  });
  return { ...project, processes: Object.fromEntries(processes) };
}

/** Nothing else passes connections on: so the instances get ports one after the other. */
function withPorts(process: ProcessSpec, port: number | null): ProcessSpec {
  const sharing = sharingOf(process);
  if (sharing === null || port === null) return { ...process, port };
  const ports = portsFrom(port, process.instances);
  // By a proxy each has the `PORT` that is its own.
  const balance = { mode: "proxy", algorithm: "round-robin", host: BALANCED_HOST, ports } as const;
  return { ...process, port, balance };
}

/** Sentences for what was written so; none for the others. */
export function portNotices(process: ProcessSpec): string[] {
  const { name, port, portChoice, instances } = process;
  const chosen = `"${name}" gets port ${port}, and no other one when that is taken`;
  const shared = `nothing shares port ${port} out: the instances of "${name}" get ports of their own, from there on`;
  const isShared = sharingOf(process) !== null && instances > 1;
  return [...(portChoice === null ? [] : [chosen]), ...(isShared ? [shared] : [])];
}
