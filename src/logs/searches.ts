/** The searches that `log` probes ask for, and the worker that does them: started with the first, because it costs some
 *  megabytes. Where it cannot be started, as when the files of the program were removed meanwhile, they are done here. */

import type { LogCheck, Looked } from "../model/probe.ts";
import { LOG_STREAMS } from "../logfile/paths.ts";
import { programPath } from "../programs.ts";
import type { Output, OutputRun, OutputSearch } from "../supervisor/ports.ts";
import type { SearchAnswer, SearchCommand, SearchTask } from "./search-messages.ts";
import { Searching } from "./searching.ts";

type ReportTrouble = (what: string, error: unknown) => void;

const NOTHING: Looked = { line: null, unsearched: null };

export class Searches {
  readonly #home: string;
  readonly #trouble: ReportTrouble;
  readonly #program: string | URL;
  readonly #tasks = new Map<number, SearchTask>();
  readonly #looks = new Map<number, (found: Looked) => void>();
  #worker: Worker | null = null;
  /** The present worker has answered: it could be started. */
  #hasAnswered = false;
  /** Does it in place of a worker. */
  #here: Searching | null = null;
  #nextId = 1;

  /** `program`: that of the worker. */
  constructor(
    home: string,
    trouble: ReportTrouble,
    program: string | URL = programPath("logs/search-worker"),
  ) {
    this.#home = home;
    this.#trouble = trouble;
    this.#program = program;
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
        const { promise, resolve } = Promise.withResolvers<Looked>();
        this.#looks.set(id, resolve);
        this.#tell({ kind: "look", id });
        return promise;
      },
      close: () => {
        if (!this.#tasks.delete(id)) return;
        this.#answered({ id, ...NOTHING, trouble: null });
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
    if (this.#here === null) {
      this.#worker ??= this.#start();
      this.#worker.postMessage(command);
      return;
    }
    const answer = this.#here.carryOut(command);
    if (answer !== null) this.#answered(answer);
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { smol: true });
    this.#hasAnswered = false;
    worker.addEventListener("message", ({ data }: MessageEvent<SearchAnswer>) => {
      this.#hasAnswered = true;
      this.#answered(data);
    });
    worker.addEventListener("error", ({ message }) => {
      this.#trouble("search worker", `it broke: ${message}`);
    });
    worker.addEventListener("close", () => this.#ended(worker));
    worker.unref();
    return worker;
  }

  #answered({ id, line, unsearched, trouble }: SearchAnswer): void {
    if (trouble !== null) this.#trouble("cannot search output", trouble);
    const look = this.#looks.get(id);
    this.#looks.delete(id);
    look?.({ line, unsearched });
  }

  /** Another one goes on from where the output ends by then. One that has never answered would not do so the next time
   *  either: it is not started over and over, and what it has not looked at is still to be looked at. */
  #ended(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    if (!this.#hasAnswered) this.#here = new Searching();
    for (const [id, task] of this.#tasks) {
      const rest = this.#hasAnswered ? { ...task, fromStart: false } : task;
      this.#tasks.set(id, rest);
      this.#tell({ kind: "begin", id, task: rest });
    }
    const looks = [...this.#looks.values()];
    this.#looks.clear();
    for (const look of looks) look(NOTHING);
  }
}
