/** What an output plane is made with. */

import type { LogStream } from "../logfile/paths.ts";
import type { OutputRun } from "../supervisor/ports.ts";

export interface Dropped {
  readonly stream: LogStream;
  /** So far. */
  readonly bytes: number;
  readonly isOver: boolean;
}

export interface OutputOptions {
  /** Absolute path of the daemon's home. */
  readonly home: string;
  readonly trouble: (what: string, error: unknown) => void;
  /** Told of each log file that was rotated. */
  readonly onRotated: (log: string) => void;
  /** Told when output of a run begins to be thrown away, because its file takes nothing, and when that is over. */
  readonly onDropped: (run: OutputRun, dropped: Dropped) => void;
  /** False reads and writes even where splice is to be had. */
  readonly splice?: boolean;
}
