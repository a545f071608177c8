/** The environment of a command that runs beside a project: the caller's, the project's, and where its processes are. */

import type { LoadedProject } from "../config/load.ts";
import { portVariable } from "../model/port.ts";
import type { Status } from "../protocol/status.ts";

export interface Beside {
  readonly loaded: LoadedProject;
  /** The name under which the project is known. */
  readonly project: string;
  /** Of the processes that are known to the daemon: where a port is left to it, only it knows which. */
  readonly statuses: readonly Status[];
  readonly callerEnv: Readonly<Record<string, string>>;
  /** Absolute: where procman commands inside find the same daemon. */
  readonly home: string;
}

export function execEnvironment(beside: Beside): Record<string, string> {
  const { loaded, project, callerEnv, home } = beside;
  const ports = portsOf(beside);
  const env = { ...callerEnv };
  for (const [name, value] of Object.entries(loaded.environment((it) => ports.get(it)))) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  const given = [...ports].map(([name, port]) => [portVariable(name), String(port)] as const);
  const own = { PROCMAN: "1", PROCMAN_PROJECT: project, PROCMAN_HOME: home };
  return { ...env, ...Object.fromEntries(given), ...own };
}

/** The port of the first instance of each process that has one. */
function portsOf({ loaded, statuses }: Beside): Map<string, number> {
  const written = Object.values(loaded.spec.processes).flatMap(({ name, port }) =>
    port === null ? [] : [[name, port] as const],
  );
  const known = statuses.flatMap(({ process, instance, ports: [port] }) =>
    instance === 1 && port !== undefined ? [[process, port] as const] : [],
  );
  return new Map([...written, ...known]);
}
