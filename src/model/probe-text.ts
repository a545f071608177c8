/** Probes in words. */

import { formatDuration } from "./duration.ts";
import type { HealthProbe, ReadyProbe } from "./probe.ts";
import { METRICS } from "./use.ts";

/** `http http://127.0.0.1:3000/ready`, as it is written. */
export function probeText(probe: ReadyProbe | HealthProbe): string {
  switch (probe.kind) {
    case "http":
      return `http ${probe.url}`;
    case "tcp":
      return `tcp ${probe.address}`;
    case "exec": {
      const { command } = probe;
      return `exec ${command.kind === "line" ? command.line : command.argv.join(" ")}`;
    }
    case "log":
      return `log ${probe.pattern}`;
    case "resource":
      return `resource ${METRICS.filter((metric) => probe[metric] !== undefined).join(" and ")}`;
    case "ipc":
      return "ipc";
    case "after":
      return `after ${formatDuration(probe.afterMs)}`;
  }
}
