/** Tells of rotated files: of each log at once, and then at most every few seconds, with the number of them. A flood rotates
 *  a hundred times a second, and nobody wants the journal of events full of that. */

import { LOG_STREAMS, logPath } from "../logfile/paths.ts";
import type { OutputRun } from "../supervisor/ports.ts";
import type { OutputOptions } from "./options.ts";

const EVERY_MS = 10_000;

interface Waiting {
  run: OutputRun;
  files: number;
}

export class Rotations {
  readonly #options: Pick<OutputOptions, "home" | "onRotated">;
  readonly #everyMs: number;
  /** Logs that were told of a moment ago, with what has come since. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: Pick<OutputOptions, "home" | "onRotated">, everyMs = EVERY_MS) {
    this.#options = options;
    this.#everyMs = everyMs;
  }

  /** `log`: one of the run's, or the copy of both. */
  add(run: OutputRun, log: string): void {
    const waiting = this.#waiting.get(log);
    if (waiting === undefined) return this.#tell(log, { run, files: 1 });
    waiting.run = run;
    waiting.files += 1;
  }

  #tell(log: string, { run, files }: Waiting): void {
    const stream = LOG_STREAMS.find((it) => logPath(this.#options.home, run, it) === log) ?? null;
    this.#options.onRotated(run, { stream, path: log, files });
    this.#waiting.set(log, { run, files: 0 });
    setTimeout(() => {
      const waiting = this.#waiting.get(log);
      this.#waiting.delete(log);
      if (waiting !== undefined && waiting.files > 0) this.#tell(log, waiting);
    }, this.#everyMs).unref();
  }
}
