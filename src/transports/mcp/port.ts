/** What the tools of MCP are carried out by: the client of a command line, or the dispatch of a daemon. */

import type { LogsInput } from "../../protocol/logs.ts";
import type { RunOutput } from "../../protocol/definition-inputs.ts";
import type {
  CallName,
  InputOfOperation,
  OutputOfOperation,
  Place,
} from "../../protocol/operations.ts";
import type { ActionResult } from "../../protocol/shapes.ts";

export interface McpPort {
  /** Where processes are looked for: a project by name, else the one that belongs to whoever asks. */
  readonly placeOf: (project: string | null) => Place;
  /** An operation that changes nothing. Null: nothing runs, and there is nobody to ask. */
  readonly look: Call<null>;
  readonly change: Call<never>;
  /** What was written, line by line, until it ends or nobody takes any more. */
  readonly lines: (request: LineRequest, signal: AbortSignal) => AsyncIterable<LogLine>;
  /** A command as an ad-hoc process. */
  readonly run: (request: RunRequest, signal: AbortSignal) => Promise<RunOutput>;
  /** Processes of the configuration, defined and started, until they are ready; null where there is none. */
  readonly up: (request: UpRequest, signal: AbortSignal) => Promise<readonly ActionResult[] | null>;
}

type Call<Absent> = <N extends CallName>(
  name: N,
  input: InputOfOperation<N>,
  signal: AbortSignal,
) => Promise<OutputOfOperation<N> | Absent>;

export interface LineRequest {
  readonly place: Place;
  /** None: the whole project. */
  readonly targets: readonly string[];
  /** Null: both. */
  readonly stream: "stdout" | "stderr" | null;
  /** The last so many; null: all. */
  readonly lines: number | null;
  readonly sinceMs: number | null;
  /** The last moment that is meant. */
  readonly untilMs: number | null;
  readonly cursor: string | null;
  /** A regular expression; null: every line. */
  readonly grep: string | null;
  readonly ignoreCase: boolean;
  readonly invert: boolean;
  readonly level: LogsInput["level"];
  /** Lines around each that is chosen. */
  readonly around: number;
}

/** A line as `logs --json` has it; one of null stands where lines are missing. */
export type LogLine =
  | {
      readonly line: string;
      readonly time: string;
      readonly project: string;
      readonly process: string;
      readonly instance: number;
      readonly cursor: string;
    }
  | { readonly line: null; readonly missedBytes: number | null };

export interface RunRequest {
  readonly project: string | null;
  /** A line for the shell. */
  readonly command: string;
  readonly name: string | null;
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly restart: "no" | "on-failure" | "always";
}

export interface UpRequest {
  readonly project: string | null;
  readonly targets: readonly string[];
  readonly timeoutMs: number;
}
