/** What both ways of capturing output offer, beyond the port. */

import type { Emptied } from "../logfile/emptying.ts";
import type { Output } from "../supervisor/ports.ts";
import type { KeptLog } from "./retention.ts";

export interface OutputPlane extends Output {
  /** Empties log files, the rotated ones too; resolves when that is done. */
  flush(logs: readonly string[]): Promise<readonly Emptied[]>;
  /** Deletes what is too old, and what processes that are not known have left long ago. */
  sweep(kept: readonly KeptLog[]): void;
  /** Lets go of everything; pipes and what is in them stay. */
  close(): Promise<void>;
}
