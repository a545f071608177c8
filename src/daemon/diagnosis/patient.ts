/** What the checks look at. */

import type { DaemonStatus } from "../../protocol/shapes.ts";

export interface Patient {
  readonly home: string;
  readonly socket: string;
  /** The daemon's own answer; null when none came. */
  readonly daemon: DaemonStatus | null;
  /** Who holds the lock of the home, as far as that can be seen. */
  readonly holder: number | null;
  /** Whose limits and groups count: the daemon's, else those of a daemon that were started from here. */
  readonly pid: number;
}
