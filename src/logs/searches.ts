/** The searches that `log` probes ask for, and the worker that does them: started with the first, because it costs some
 *  megabytes. */

import type { LogCheck } from "../model/probe.ts";
import { LOG_STREAMS } from "../logfile/paths.ts";
import { programPath } from "../programs.ts";
import type { Output, OutputRun, OutputSearch } from "../supervisor/ports.ts";
import type { SearchAnswer, SearchCommand, SearchTask } from "./search-messages.ts";

type ReportTrouble = (what: string, error: unknown) => void;

export class Searches {
  readonly #home: string;
  readonly #trouble: ReportTrouble;
  readonly #tasks = new Map<number, SearchTask>();
  readonly #looks = new Map<number, (line: string | null) => void>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(home: string, trouble: ReportTrouble) {
    this.#home = home;
    this.#trouble = trouble;
  }

  readonly search: Output["search"] = (run, check, fromStart) => {
    const id = this.#nextId;
    this.#nextId += 1;
    const task = this.#taskOf(run, check, fromStart);
    this.#tasks.set(id, task);
    this.#tell({ kind: "begin", id, task });
    return this.#handle(id);
  };

  close(): void {
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
  }

  #handle(id: number): OutputSearch {
    return {
      look: () => {
        const { promise, resolve } = Promise.withResolvers<string | null>();
        this.#looks.set(id, resolve);
        this.#tell({ kind: "look", id });
        return promise;
      },
      close: () => {
        if (!this.#tasks.delete(id)) return;
        this.#answered({ id, line: null, trouble: null });
        this.#tell({ kind: "end", id });
      },
    };
  }

  #taskOf(
    { project, process, index, runId }: Pick<OutputRun, "project" | "process" | "index" | "runId">,
    { pattern, stream }: LogCheck,
    fromStart: boolean,
  ): SearchTask {
    const owner = { project, process, index };
    const streams = stream === undefined ? LOG_STREAMS : [stream];
    return { home: this.#home, owner, runId, streams, pattern, fromStart };
  }

  #tell(command: SearchCommand): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(command);
  }

  #start(): Worker {
    const worker = new Worker(programPath("logs/search-worker"), { smol: true });
    worker.addEventListener("message", ({ data }: MessageEvent<SearchAnswer>) => {
      this.#answered(data);
    });
    worker.addEventListener("error", ({ message }) => {
      this.#trouble("search worker", `it broke: ${message}`);
    });
    worker.addEventListener("close", () => this.#ended(worker));
    worker.unref();
    return worker;
  }

  #answered({ id, line, trouble }: SearchAnswer): void {
    if (trouble !== null) this.#trouble("cannot search output", trouble);
    const look = this.#looks.get(id);
    this.#looks.delete(id);
    look?.(line);
  }

  /** Another one goes on from where the output ends by then. */
  #ended(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    for (const [id, task] of this.#tasks) {
      this.#tell({ kind: "begin", id, task: { ...task, fromStart: false } });
    }
    const looks = [...this.#looks.values()];
    this.#looks.clear();
    for (const look of looks) look(null);
  }
}
