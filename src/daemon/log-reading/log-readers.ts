/** Those who read logs through the daemon, and the worker that reads for them: started with the first, because it costs
 *  some megabytes, and ended when nobody has read for a while. It is ended also when it does not answer, as with a
 *  regular expression that takes for ever; its readers are told. */

import { lineSearch } from "../../logfile/line-search.ts";
import { fail, problem, ProcmanError } from "../../model/errors.ts";
import { httpLimits } from "../../model/http-limits.ts";
import { programPath } from "../../programs.ts";
import type { LogRequest, ReaderAnswer, ReaderCommand } from "./messages.ts";

const IDLE_MS = 30_000;
/** So often it is asked in that time. */
const PINGS = 4;

/** Somebody who waits for a page. */
type Waiting = PromiseWithResolvers<string | null>;

export class LogReaders {
  readonly #waiting = new Map<number, Waiting>();
  readonly #open = new Set<number>();
  #worker: Worker | null = null;
  #nextId = 1;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;
  #unansweredPings = 0;
  readonly #patienceMs: number;

  /** `patienceMs`: how long the worker may take before it answers anything. */
  constructor(patienceMs: number = httpLimits.logReaderMs) {
    this.#patienceMs = patienceMs;
  }

  /** In pages of lines. Read as fast as it is asked for. */
  async *read(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle ?? undefined);
    this.#open.add(id);
    const leave = (): void => this.#waiting.get(id)?.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      this.#tell({ kind: "open", id, request });
      for (;;) {
        signal.throwIfAborted();
        if (this.#worker !== worker) throw stuck();
        const page = await this.#next(id);
        if (page === null) return;
        yield page;
      }
    } finally {
      signal.removeEventListener("abort", leave);
      this.#leave(id, worker);
    }
  }

  close(): void {
    clearTimeout(this.#idle ?? undefined);
    clearInterval(this.#watch ?? undefined);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #next(id: number): Promise<string | null> {
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.set(id, waiting);
    this.#tell({ kind: "next", id });
    return waiting.promise.finally(() => this.#waiting.delete(id));
  }

  #leave(id: number, worker: Worker): void {
    this.#open.delete(id);
    if (this.#worker !== worker) return;
    this.#tell({ kind: "close", id });
    if (this.#open.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS);
  }

  #start(): Worker {
    const worker = new Worker(programPath("daemon/log-reading/worker"));
    worker.addEventListener("message", ({ data }: MessageEvent<ReaderAnswer>) => this.#hear(data));
    worker.addEventListener("error", ({ message }) => this.#giveUp(new Error(message)));
    this.#unansweredPings = 0;
    this.#watch = setInterval(() => this.#look(), this.#patienceMs / PINGS);
    return worker;
  }

  #tell(command: ReaderCommand): void {
    this.#worker?.postMessage(command);
  }

  #hear(answer: ReaderAnswer): void {
    if (answer.kind === "pong") {
      this.#unansweredPings = 0;
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    if (answer.kind === "page") waiting?.resolve(answer.page);
    else waiting?.reject(new ProcmanError(unreadable(answer.trouble)));
  }

  #look(): void {
    if (this.#unansweredPings >= PINGS) return this.#giveUp(stuck());
    this.#unansweredPings += 1;
    this.#tell({ kind: "ping" });
  }

  #giveUp(why: Error): void {
    this.close();
    for (const { reject } of this.#waiting.values()) reject(why);
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

function stuck(): ProcmanError {
  const hint = "A simpler expression, or a shorter time, takes less.";
  const message = "Cannot read the logs: it has taken too long, and was given up";
  return new ProcmanError(problem("OPERATION_TIMEOUT", message, hint));
}

function unreadable(why: string) {
  return problem("COMMAND_FAILED", `Cannot read the logs: ${why}`);
}
