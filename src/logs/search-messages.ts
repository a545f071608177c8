/** What the daemon tells the worker that searches output, and what the worker answers. */

import type { Looked } from "../model/probe.ts";
import type { LogOwner, LogStream } from "../logfile/paths.ts";

export interface SearchTask {
  readonly home: string;
  readonly owner: LogOwner;
  readonly runId: string;
  readonly streams: readonly LogStream[];
  readonly pattern: string;
  /** False: only what is written from now on. */
  readonly fromStart: boolean;
}

export type SearchCommand =
  | { readonly kind: "begin"; readonly id: number; readonly task: SearchTask }
  | { readonly kind: "look"; readonly id: number }
  | { readonly kind: "end"; readonly id: number };

export interface SearchAnswer extends Looked {
  readonly id: number;
  /** What kept it from being searched. */
  readonly trouble: string | null;
}
