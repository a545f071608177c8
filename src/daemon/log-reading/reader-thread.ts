/** A worker that reads logs, and those who read through it. It is ended when it does not answer, as with a regular
 *  expression that takes for ever; its readers are told. */

import { problem, ProcmanError } from "../../model/errors.ts";
import { programPath } from "../../programs.ts";
import type { LogRequest, ReaderAnswer, ReaderCommand } from "./messages.ts";

/** So often it is asked in the time that it may take. */
const PINGS = 4;

/** Somebody who waits for a page. */
type Waiting = PromiseWithResolvers<string | null>;

export interface ThreadOptions {
  /** How long it may take before it answers anything. */
  readonly patienceMs: number;
  /** It takes no readers any more. What it was doing may go on: no regular expression can be broken off. */
  readonly onGivenUp: () => void;
  /** Nothing of it is left. */
  readonly onGone: () => void;
}

export class ReaderThread {
  readonly #waiting = new Map<number, Waiting>();
  readonly #open = new Set<number>();
  readonly #worker: Worker;
  /** From its first answer on: that it is slow to start is no reader's fault. */
  #watch: ReturnType<typeof setInterval> | null = null;
  readonly #options: ThreadOptions;
  #nextId = 1;
  #unansweredPings = 0;
  #endedBecause: Error | null = null;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(programPath("daemon/log-reading/worker"));
    this.#worker.addEventListener("message", ({ data }: MessageEvent<ReaderAnswer>) =>
      this.#hear(data),
    );
    this.#worker.addEventListener("error", ({ message }) => this.#giveUp(new Error(message)));
    this.#worker.addEventListener("close", () => {
      if (this.#endedBecause === null) this.#giveUp(stuck());
      options.onGone();
    });
    this.#tell({ kind: "ping" });
  }

  /** How many read through it. */
  get readers(): number {
    return this.#open.size;
  }

  /** In pages of lines. Read as fast as it is asked for. */
  async *read(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
    const id = this.#nextId++;
    this.#open.add(id);
    const leave = (): void => this.#waiting.get(id)?.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      this.#tell({ kind: "open", id, request });
      for (;;) {
        signal.throwIfAborted();
        if (this.#endedBecause !== null) throw this.#endedBecause;
        const page = await this.#next(id);
        if (page === null) return;
        yield page;
      }
    } finally {
      signal.removeEventListener("abort", leave);
      this.#open.delete(id);
      this.#tell({ kind: "close", id });
    }
  }

  end(why: Error): void {
    if (this.#endedBecause !== null) return;
    this.#endedBecause = why;
    clearInterval(this.#watch ?? undefined);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(why);
  }

  #next(id: number): Promise<string | null> {
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.set(id, waiting);
    this.#tell({ kind: "next", id });
    return waiting.promise.finally(() => this.#waiting.delete(id));
  }

  #tell(command: ReaderCommand): void {
    if (this.#endedBecause === null) this.#worker.postMessage(command);
  }

  #hear(answer: ReaderAnswer): void {
    if (answer.kind === "pong") {
      this.#unansweredPings = 0;
      const everyMs = this.#options.patienceMs / PINGS;
      if (this.#endedBecause === null) this.#watch ??= setInterval(() => this.#look(), everyMs);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    if (answer.kind === "page") waiting?.resolve(answer.page);
    else waiting?.reject(new ProcmanError(answer.trouble));
  }

  #look(): void {
    if (this.#unansweredPings >= PINGS) return this.#giveUp(stuck());
    this.#unansweredPings += 1;
    this.#tell({ kind: "ping" });
  }

  #giveUp(why: Error): void {
    this.end(why);
    this.#options.onGivenUp();
  }
}

function stuck(): ProcmanError {
  const hint = "A simpler expression, or a shorter time, takes less.";
  const message = "Cannot read the logs: it has taken too long, and was given up";
  return new ProcmanError(problem("OPERATION_TIMEOUT", message, hint));
}
