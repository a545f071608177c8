/** Has log files that are too old deleted: once the daemon has started, and every hour. */

import { LOG_STREAMS, logPath } from "../logfile/paths.ts";
import type { OutputPlane } from "../logs/plane.ts";
import type { KeptLog } from "../logs/retention.ts";
import type { World } from "../model/state.ts";
import type { Captures } from "./captures.ts";

const EVERY_MS = 60 * 60 * 1000;

/** Not at once: the start of a daemon is waited for. */
const FIRST_AFTER_MS = 1_000;

/** Returns the way to end it. */
export function retainLogs(
  output: OutputPlane,
  world: () => World,
  captures: Captures,
): () => void {
  const sweep = (): void => output.sweep([...keptLogs(world()), ...captures.keptLogs()]);
  const timers = [setTimeout(sweep, FIRST_AFTER_MS), setInterval(sweep, EVERY_MS)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

function keptLogs({ home, projects, instances }: World): KeptLog[] {
  return [...instances.values()].flatMap((instance) => {
    const project = projects.get(instance.project);
    const spec = project?.spec.processes[instance.process] ?? project?.retired[instance.process];
    const { maxFiles = Number.MAX_SAFE_INTEGER, maxAgeMs = null } = spec?.log ?? {};
    return LOG_STREAMS.map((stream) => ({
      log: logPath(home, instance, stream),
      maxFiles,
      maxAgeMs,
    }));
  });
}
