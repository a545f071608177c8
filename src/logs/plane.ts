/** What both ways of capturing output offer, beyond the port. */

import type { Emptied } from "../logfile/emptying.ts";
import type { LogStream } from "../logfile/paths.ts";
import type { Output, OutputRun } from "../supervisor/ports.ts";
import type { KeptLog } from "./retention.ts";

export interface OutputPlane extends Output {
  /** Takes what somebody brings through one pipe, whose path it is; the same as long as it is not drained, over daemons
   *  too. Throws as `open` does. */
  capture(run: OutputRun, stream: LogStream): string;
  /** Empties log files, the rotated ones too; resolves when that is done. */
  flush(logs: readonly string[]): Promise<readonly Emptied[]>;
  /** Deletes what is too old, and what processes that are not known have left long ago. */
  sweep(kept: readonly KeptLog[]): void;
  /** Lets go of everything; pipes and what is in them stay. */
  close(): Promise<void>;
}
