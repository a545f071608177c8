/** The registry of a home, opened; what is wrong with it is in the daemon's log. */

import { openRegistry, type Registry } from "../store/registry.ts";
import type { DaemonLog } from "./daemon-log.ts";

export function openLogged(home: string, bootId: string, log: DaemonLog): Registry {
  const newHomeId = crypto.randomUUID().slice(0, 8);
  const registry = openRegistry({ home, bootId, newHomeId, nowMs: Date.now() });
  if (registry.damaged !== null) {
    const what = `the registry was damaged and is kept as ${registry.damaged}; a new one was begun`;
    log.write("error", "registry", what);
  }
  for (const row of registry.strangeRows) {
    log.write("error", "registry", `left out a row that is not what it has to be: ${row}`);
  }
  return registry;
}
