/** Output by splice: a worker moves the bytes, off the daemon's main thread, without ever holding them. */

import { closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { InstanceId } from "../model/ids.ts";
import type { Compression } from "../model/spec.ts";
import type { Emptied } from "../logfile/emptying.ts";
import { LOG_STREAMS, logPath, type LogStream } from "../logfile/paths.ts";
import { programPath } from "../programs.ts";
import type { Output, OutputEnds, OutputRun } from "../supervisor/ports.ts";
import { compressionOf, compressRotated } from "./compression.ts";
import { type ChildEnds, Fifos } from "./fifos.ts";
import { Losses } from "./losses.ts";
import type { LogLibc } from "./libc.ts";
import { copyOf } from "./merging.ts";
import type { Answer, Command, StreamRules } from "./messages.ts";
import type { Loss } from "./overflow.ts";
import type { OutputOptions } from "./options.ts";
import type { OutputPlane } from "./plane.ts";
import type { KeptLog } from "./retention.ts";
import { Rotations } from "./rotations.ts";
import { Searches } from "./searches.ts";

const COMMANDS_BYTES = 1024 * 1024;
/** A worker that ended sooner than that is replaced only after as long: it may not be able to start. */
const RESTART_PAUSE_MS = 1_000;

interface Open {
  readonly run: OutputRun;
  readonly command: Extract<Command, { kind: "open" }>;
}

interface Opening {
  readonly ends: ChildEnds;
  readonly over: () => void;
}

export class SplicedOutput implements OutputPlane {
  readonly #options: OutputOptions;
  readonly #libc: LogLibc;
  readonly #fifos: Fifos;
  /** Runs whose pipes are open, with what the worker was told of them. */
  readonly #runs = new Map<string, Open>();
  /** Runs whose pipes the worker does not hold yet: until then they are held here. */
  readonly #opening = new Map<string, Opening>();
  readonly #drains = new Map<string, () => void>();
  readonly #losses: Losses;
  readonly #rotations: Rotations;
  readonly #searches: Searches;
  readonly #flushes = new Map<
    number,
    { readonly command: Command; readonly resolve: (emptied: readonly Emptied[]) => void }
  >();
  #nextFlush = 1;
  #worker: Worker | null = null;
  #commands = -1;
  /** The worker's end of the pipe, of which it has a copy of its own where that is allowed. */
  #workersEnd = -1;
  #startedMs = 0;
  #closing = false;

  constructor(options: OutputOptions, libc: LogLibc) {
    this.#options = options;
    this.#libc = libc;
    this.#fifos = new Fifos(options.home);
    this.#losses = new Losses(options.home, options.onDropped);
    this.#rotations = new Rotations(options);
    this.#searches = new Searches(options.home, options.trouble);
  }

  get search(): Output["search"] {
    return this.#searches.search;
  }

  /** What the worker is told before it runs waits in the pipe, which is made wide enough for thousands of runs. */
  start(): void {
    this.#openCommands();
    this.#startWorker();
  }

  #openCommands(): void {
    const [read, write] = this.#libc.pipe();
    this.#libc.resizePipe(write, COMMANDS_BYTES);
    this.#commands = write;
    this.#workersEnd = read;
    for (const { command } of this.#runs.values()) this.#tell(command);
    for (const runId of this.#drains.keys()) this.#tell({ kind: "drain", runId });
    for (const { command: flush } of this.#flushes.values()) this.#tell(flush);
  }

  #startWorker(): void {
    if (this.#closing) return;
    this.#startedMs = performance.now();
    const worker = new Worker(programPath("logs/worker"), {
      argv: [String(this.#workersEnd)],
      // It holds descriptors, not data: saves 0.7 MB.
      smol: true,
    });
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#answered(data));
    worker.addEventListener("error", ({ message }) => {
      this.#options.trouble("log worker", `it broke: ${message}`);
    });
    worker.addEventListener("close", () => this.#workerEnded(worker));
    worker.unref();
  }

  open(run: OutputRun): OutputEnds {
    const ends = this.#fifos.openChildEnds(run.runId);
    // Before the child is there: it may have ended, and this daemon too, before the next line.
    this.#hold(run.runId, [ends.stdoutFd, ends.stderrFd]);
    const { promise: isOver, resolve: over } = Promise.withResolvers<void>();
    this.#opening.set(run.runId, { ends, over });
    this.#begin(run);
    const { stdoutFd, stderrFd, close } = ends;
    // A child may have written and gone before the worker holds the pipes.
    return { stdoutFd, stderrFd, close: () => void isOver.then(close) };
  }

  resume(run: OutputRun): void {
    this.#fifos.make(run.runId);
    this.#hold(run.runId);
    this.#begin(run);
  }

  capture(run: OutputRun, stream: LogStream): string {
    if (!this.#runs.has(run.runId)) {
      this.#fifos.make(run.runId, [stream]);
      this.#begin(run, [stream]);
    }
    return this.#fifos.path(run.runId, stream);
  }

  adjust(run: OutputRun): void {
    const { runId } = run;
    const known = this.#runs.get(runId);
    if (known === undefined) return;
    const rules = rulesOf(run);
    this.#runs.set(runId, { run, command: { ...known.command, ...rules } });
    this.#tell({ kind: "adjust", runId, ...rules });
  }

  drain(runId: string): Promise<void> {
    if (!this.#runs.has(runId)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drains.set(runId, resolve);
    this.#tell({ kind: "drain", runId });
    return promise;
  }

  droppedBytes(instance: InstanceId): number {
    return this.#losses.of(instance);
  }

  flush(logs: readonly string[]): Promise<readonly Emptied[]> {
    const id = this.#nextFlush;
    this.#nextFlush += 1;
    const { promise, resolve } = Promise.withResolvers<readonly Emptied[]>();
    const command: Command = { kind: "flush", id, logs };
    this.#flushes.set(id, { command, resolve });
    this.#tell(command);
    return promise;
  }

  sweep(kept: readonly KeptLog[]): void {
    this.#tell({ kind: "sweep", directory: join(this.#options.home, "logs"), kept });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#searches.close();
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise((resolve) => worker.addEventListener("close", resolve));
    this.#tell({ kind: "close" });
    await ended;
    closeSync(this.#commands);
    closeSync(this.#workersEnd);
  }

  #hold(runId: string, ends?: readonly number[]): void {
    const pipes = LOG_STREAMS.map((stream) => this.#fifos.path(runId, stream));
    this.#options.holder?.hold(runId, pipes, ends);
  }

  #begin(run: OutputRun, which: readonly LogStream[] = LOG_STREAMS): void {
    const streams = which.map((stream) => ({
      stream,
      fifo: this.#fifos.path(run.runId, stream),
      log: logPath(this.#options.home, run, stream),
    }));
    const { runId } = run;
    const command = { kind: "open", runId, streams, ...rulesOf(run) } as const;
    this.#runs.set(runId, { run, command });
    this.#tell(command);
  }

  #answered(answer: Answer): void {
    switch (answer.kind) {
      case "opened":
        this.#opening.get(answer.runId)?.over();
        this.#opening.delete(answer.runId);
        return;
      case "drained":
        this.#giveUpOpening(answer.runId);
        this.#runs.delete(answer.runId);
        this.#drains.get(answer.runId)?.();
        this.#drains.delete(answer.runId);
        this.#options.holder?.letGo(answer.runId);
        return;
      case "dropped": {
        const run = this.#runs.get(answer.runId)?.run;
        if (run !== undefined) this.#losses.add(run, answer.log, answer.loss);
        return;
      }
      case "flushed":
        this.#flushes.get(answer.id)?.resolve(answer.emptied);
        this.#flushes.delete(answer.id);
        return;
      case "rotated": {
        const run = this.#runs.get(answer.runId)?.run;
        if (run !== undefined) this.#rotations.add(run, answer.log);
        if (answer.compression !== null) this.#compress(answer.log, answer.compression);
        return;
      }
      case "trouble":
        this.#options.trouble("log worker", answer.what);
        return;
      case "closed":
        return;
    }
  }

  /** The worker could not open the pipes of a run that is over: what is in them is lost, and counted. */
  #giveUpOpening(runId: string): void {
    const opening = this.#opening.get(runId);
    const run = this.#runs.get(runId)?.run;
    if (opening === undefined || run === undefined) return;
    const { ends, over } = opening;
    for (const stream of LOG_STREAMS) {
      const bytes = this.#libc.waiting(stream === "stdout" ? ends.stdoutFd : ends.stderrFd);
      const loss: Loss = { bytes, phase: "ended", totalBytes: bytes };
      if (bytes > 0) this.#losses.add(run, logPath(this.#options.home, run, stream), loss);
    }
    this.#opening.delete(runId);
    this.#fifos.remove(runId);
    over();
  }

  #compress(log: string, compression: Compression): void {
    compressRotated(log, compression).then(
      (done) => {
        if (done !== null) this.#tell({ kind: "compressed", log, ...done });
      },
      (error: unknown) =>
        this.#options.trouble(`cannot compress what was rotated of ${log}`, error),
    );
  }

  /** A worker that ends unasked is replaced; all that it had to know is in the files and pipes. */
  #workerEnded(worker: Worker): void {
    if (this.#closing || worker !== this.#worker) return;
    this.#options.trouble("log worker", "it ended and is started again");
    this.#worker = null;
    closeSync(this.#commands);
    closeSync(this.#workersEnd);
    this.#openCommands();
    const isEarly = performance.now() - this.#startedMs < RESTART_PAUSE_MS;
    setTimeout(() => this.#startWorker(), isEarly ? RESTART_PAUSE_MS : 0).unref();
  }

  #tell(command: Command): void {
    const line = Buffer.from(`${JSON.stringify(command)}\n`);
    for (let rest = line; rest.length > 0;) {
      rest = rest.subarray(writeSync(this.#commands, rest));
    }
  }
}

function rulesOf({ log }: OutputRun): StreamRules {
  const { maxSizeBytes, maxFiles, maxAgeMs, onFull } = log;
  const rules = { maxSizeBytes, maxFiles, maxAgeMs };
  return { rules, compression: compressionOf(log), onFull, merged: copyOf(log) };
}
