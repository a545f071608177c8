/** What an output plane is made with. */

import type { LogStream } from "../logfile/paths.ts";
import type { OutputRun, PipeHolder } from "../supervisor/ports.ts";

export interface Dropped {
  readonly stream: LogStream;
  /** So far. */
  readonly bytes: number;
  readonly isOver: boolean;
}

export interface Rotated {
  /** Null: of the copy of both. */
  readonly stream: LogStream | null;
  readonly path: string;
  /** How many files were begun since it was last told. */
  readonly files: number;
}

export interface OutputOptions {
  /** Absolute path of the daemon's home. */
  readonly home: string;
  readonly trouble: (what: string, error: unknown) => void;
  /** Told of log files that were rotated, of each not too often. */
  readonly onRotated: (run: OutputRun, rotated: Rotated) => void;
  /** Told when output of a run begins to be thrown away, because its file takes nothing, and when that is over. */
  readonly onDropped: (run: OutputRun, dropped: Dropped) => void;
  /** False reads and writes even where splice is to be had. */
  readonly splice?: boolean;
  /** Without one, what is in the pipes of a run is lost when the run ends while no daemon is there. */
  readonly holder?: PipeHolder;
}
