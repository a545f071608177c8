/** Those who read logs through the daemon, and the threads that read for them. One is for all who look for nothing, or for
 *  mere words: started with the first, because it costs some megabytes, and ended when nobody has read for a while. Who
 *  looks for a regular expression has one alone, for as long as that reads: what takes for ever is given up, and holds
 *  up nobody else. */

import { isLiteral, lineSearch } from "../../logfile/line-search.ts";
import { fail, problem, ProcmanError } from "../../model/errors.ts";
import { httpLimits } from "../../model/http-limits.ts";
import type { LogRequest } from "./messages.ts";
import { ReaderThread } from "./reader-thread.ts";

const IDLE_MS = 30_000;

export class LogReaders {
  /** Those who read through it are never held up by one another. */
  #shared: ReaderThread | null = null;
  /** Those that are there for one reader, and those that were given up and are busy still. */
  readonly #own = new Set<ReaderThread>();
  #idle: ReturnType<typeof setTimeout> | null = null;
  readonly #patienceMs: number;

  /** `patienceMs`: how long a thread may take before it answers anything. */
  constructor(patienceMs: number = httpLimits.logReaderMs) {
    this.#patienceMs = patienceMs;
  }

  /** In pages of lines. Read as fast as it is asked for. Throws DAEMON_BUSY when too many look for something already. */
  read(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
    const { grep } = request;
    if (grep === null || isLiteral(grep)) return this.#readShared(request, signal);
    if (this.#own.size >= httpLimits.logSearches) throw tooMany();
    return this.#readAlone(request, signal);
  }

  close(): void {
    clearTimeout(this.#idle ?? undefined);
    for (const thread of this.#own) thread.end(ended());
    this.#shared?.end(ended());
    this.#shared = null;
  }

  async *#readShared(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
    clearTimeout(this.#idle ?? undefined);
    const thread = (this.#shared ??= this.#startShared());
    try {
      yield* thread.read(request, signal);
    } finally {
      if (this.#shared === thread && thread.readers === 0) {
        clearTimeout(this.#idle ?? undefined);
        this.#idle = setTimeout(() => this.#endShared(), IDLE_MS);
      }
    }
  }

  async *#readAlone(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
    const thread: ReaderThread = new ReaderThread({
      patienceMs: this.#patienceMs,
      onGivenUp: () => {},
      onGone: () => this.#own.delete(thread),
    });
    this.#own.add(thread);
    try {
      yield* thread.read(request, signal);
    } finally {
      thread.end(ended());
    }
  }

  #startShared(): ReaderThread {
    const thread: ReaderThread = new ReaderThread({
      patienceMs: this.#patienceMs,
      onGivenUp: () => {
        if (this.#shared === thread) this.#shared = null;
      },
      onGone: () => {},
    });
    return thread;
  }

  #endShared(): void {
    this.#shared?.end(ended());
    this.#shared = null;
  }
}

/** Refused where it is asked for: what comes later cuts the stream. */
export function requireExpression(grep: string): void {
  try {
    lineSearch(grep, { ignoreCase: false });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = "It is a regular expression of JavaScript.";
    fail("INVALID_PARAMETER", `Cannot search for ${grep}: ${why}`, hint);
  }
}

function tooMany(): ProcmanError {
  const message = `Cannot search the logs: ${httpLimits.logSearches} others search already`;
  const hint = "Look for a mere word, or try again when one of them has ended.";
  return new ProcmanError(problem("DAEMON_BUSY", message, hint));
}

function ended(): ProcmanError {
  return new ProcmanError(
    problem("OPERATION_TIMEOUT", "Cannot read the logs: the reader was ended"),
  );
}
