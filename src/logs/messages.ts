/** What the daemon tells the log worker, and what the worker answers. Commands go as JSON lines through a pipe, which
 *  wakes a worker that waits for output; answers come by `postMessage`. */

import type { Emptied } from "../logfile/emptying.ts";
import type { LogStream } from "../logfile/paths.ts";
import type { Compression, LogSpec } from "../model/spec.ts";
import type { CompressedCopy, RotationRules } from "./chain.ts";
import type { Loss } from "./overflow.ts";
import type { Copy } from "./merging.ts";
import type { KeptLog } from "./retention.ts";

export interface StreamTask {
  readonly stream: LogStream;
  /** The FIFO that the child writes to. */
  readonly fifo: string;
  /** The file that its bytes go to. */
  readonly log: string;
}

/** How the output of a run is kept. */
export interface StreamRules {
  readonly rules: RotationRules;
  readonly compression: Compression | null;
  readonly onFull: LogSpec["onFull"];
  /** The file in which both streams are merged. */
  readonly merged: Copy | null;
}

export type Command =
  | ({
      readonly kind: "open";
      readonly runId: string;
      readonly streams: readonly StreamTask[];
    } & StreamRules)
  /** Other rules hold for a run that is open. */
  | ({ readonly kind: "adjust"; readonly runId: string } & StreamRules)
  /** Nobody writes to the run's pipes any more: move what is in them, then let go of them. */
  | { readonly kind: "drain"; readonly runId: string }
  | { readonly kind: "flush"; readonly id: number; readonly logs: readonly string[] }
  | { readonly kind: "sweep"; readonly directory: string; readonly kept: readonly KeptLog[] }
  /** A compressed copy of a rotated file is ready to take its place. */
  | ({ readonly kind: "compressed"; readonly log: string } & CompressedCopy)
  | { readonly kind: "close" };

export type Answer =
  /** The worker holds the run's pipes: nothing in them is lost when everybody else lets go. */
  | { readonly kind: "opened"; readonly runId: string }
  | { readonly kind: "drained"; readonly runId: string }
  | {
      readonly kind: "dropped";
      readonly runId: string;
      readonly log: string;
      readonly loss: Loss;
    }
  | { readonly kind: "flushed"; readonly id: number; readonly emptied: readonly Emptied[] }
  | {
      readonly kind: "rotated";
      readonly runId: string;
      readonly log: string;
      readonly compression: Compression | null;
    }
  | { readonly kind: "trouble"; readonly what: string }
  | { readonly kind: "closed" };
