/** What has to do with what processes have written, beside writing it: captures, readers, and how long it is kept. */

import type { OutputPlane } from "../logs/plane.ts";
import type { World } from "../model/state.ts";
import { identityOf } from "../platform/identity.ts";
import type { Processes } from "../supervisor/ports.ts";
import { Captures } from "./captures.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { retainLogs } from "./log-retention.ts";
import { LogReaders } from "./log-reading/log-readers.ts";

export interface LogSideOptions {
  readonly home: string;
  readonly log: DaemonLog;
  readonly output: OutputPlane;
  readonly processes: Processes;
  readonly world: () => World;
}

/** `endings` end what goes on by itself. */
export function openLogSide({ home, log, output, processes, world }: LogSideOptions) {
  const captures = new Captures({ home, output, processes, identityOf, log });
  const logReaders = new LogReaders();
  const endings = [retainLogs(output, world, captures), () => logReaders.close()];
  return { context: { captures, logReaders }, endings };
}
