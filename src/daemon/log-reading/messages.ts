/** What the daemon and its reader of logs say to each other. */

import type { LogOwner } from "../../logfile/paths.ts";
import type { Problem } from "../../model/errors.ts";
import type { LogParse } from "../../model/spec.ts";
import type { LogsInput } from "../../protocol/logs.ts";

export interface LogRequest extends Pick<
  LogsInput,
  "streams" | "lines" | "sinceMs" | "untilMs" | "grep" | "ignoreCase" | "invert" | "level"
> {
  readonly home: string;
  readonly owners: readonly LogOwner[];
  /** Processes of which further instances are taken in when they come into being: `shop/api`. */
  readonly whole: readonly string[];
  /** How the lines of a process are read, where it is not `auto`; by the names as above. */
  readonly parses: Readonly<Record<string, LogParse>>;
  readonly context: number;
  readonly cursor: string | null;
  readonly follow: boolean;
}

export type ReaderCommand =
  | { readonly kind: "open"; readonly id: number; readonly request: LogRequest }
  | { readonly kind: "next" | "close"; readonly id: number }
  | { readonly kind: "ping" };

/** `page`: lines, null at their end. `pong`: whatever came before the ping has been done. */
export type ReaderAnswer =
  | { readonly kind: "page"; readonly id: number; readonly page: string | null }
  | { readonly kind: "trouble"; readonly id: number; readonly trouble: Problem }
  | { readonly kind: "pong" };
