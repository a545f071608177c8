/** `ProcessManager`: manages processes inside of the program that calls it, with no daemon. They end with it. */

import { EventEmitter } from "node:events";
import { fail, type ProcmanError } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import type { BackoffSpec, RestartSpec } from "../model/spec.ts";
import type { Life, LifeListener, Machinery, Managed, OneRun, ProcessExit } from "./parts.ts";
import { checkedConfig, invalid, requireId, type ProcessConfig } from "./process-config.ts";

export interface ProcessManagerOptions {
  /** Those that have ended are counted as long as their place is not needed. */
  readonly maxProcesses?: number;
  /** From SIGTERM to SIGKILL, where nothing else is said; also for what a process leaves behind when it ends by itself,
   *  and for all of them when this program ends. 5,000 unless given. */
  readonly stopTimeoutMs?: number;
  /** For those with `autoRestart`: 5 restarts within a minute, 100 ms apart, then twice as long each time, up to 30 s. */
  readonly restart?: {
    readonly max?: number;
    readonly windowMs?: number;
    readonly backoff?: Partial<BackoffSpec>;
  };
}

export interface ProcessStatus {
  /** Null while there is none. */
  readonly pid: number | null;
  /** `stopped`: it was stopped, or has ended with exit code 0. `error`: it has ended otherwise, could not be started, or
   *  waits for its restart. */
  readonly status: "running" | "stopped" | "error";
  /** Of the run that is there; 0 when there is none. Milliseconds. */
  readonly uptime: number;
  /** Percent of one core, its whole tree taken together; 0 where it is not known. */
  readonly cpu: number;
  /** In MB (1024 × 1024 bytes), its whole tree taken together; 0 where it is not known. */
  readonly memory: number;
  readonly restarts: number;
  /** Of the run that ended last; null where there is none. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started, or was given up. */
  readonly error: ProcmanError | null;
}

export interface ListedProcess extends Pick<ProcessStatus, "pid" | "status" | "uptime"> {
  readonly id: string;
  readonly command: string;
}

export interface ProcessLogs {
  readonly stdout: string[];
  readonly stderr: string[];
}

export interface ProcessManagerEvents {
  stdout: [{ processId: string; data: string }];
  stderr: [{ processId: string; data: string }];
  /** Nothing of its tree is left, and all that it wrote was told. */
  exit: [{ processId: string; pid: number; willRestart: boolean } & ProcessExit];
  /** It could not be started, or all restarts were in vain. Does not throw when nobody listens. */
  error: [{ processId: string; error: ProcmanError }];
  /** It runs again. */
  restart: [{ processId: string; pid: number; restarts: number }];
}

interface Entry {
  readonly config: ProcessConfig;
  readonly process: Managed;
}

/** How often what runs is measured, and how old a measurement may be when somebody asks. */
const MEASURE_MS = 5_000;
const FRESH_MS = 1_000;
const MB = 1024 * 1024;

export class ProcessManager extends EventEmitter<ProcessManagerEvents> implements AsyncDisposable {
  readonly #maxProcesses: number;
  readonly #stopTimeoutMs: number;
  readonly #restart: RestartSpec;
  readonly #entries = new Map<string, Entry>();
  readonly #machinery: Machinery;
  #names = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(options: ProcessManagerOptions = {}) {
    super();
    const { maxProcesses = limits.libraryProcesses, restart = {} } = options;
    const { stopTimeoutMs = limits.libraryGraceMs } = options;
    if (!Number.isSafeInteger(maxProcesses) || maxProcesses < 1) {
      invalid("'maxProcesses' is no whole number from 1 on");
    }
    requireTimeout(stopTimeoutMs);
    this.#maxProcesses = maxProcesses;
    this.#stopTimeoutMs = stopTimeoutMs;
    this.#restart = restartSpec(restart);
    const { createMachinery } = require("./machinery.ts") as {
      readonly createMachinery: (graceMs: number) => Machinery;
    };
    this.#machinery = createMachinery(stopTimeoutMs);
  }

  /** Starts a process; its id. What can be wrong with `config` is thrown: INVALID_PARAMETER, NAME_TAKEN when its id is of
   *  one that runs, LIMIT_REACHED when as many run as may. That it could not be started is told by the event `error`, its
   *  status, and `waitForExit`. */
  spawnProcess(config: ProcessConfig): string {
    const checked = checkedConfig(config);
    const id = config.id ?? this.#newId();
    requireId(id);
    const known = this.#entries.get(id);
    if (known !== undefined && known.process.life.kind !== "ended") {
      fail("NAME_TAKEN", `Cannot start '${id}': a process of that id runs`);
    }
    this.#entries.delete(id);
    this.#makeRoom(id);
    this.#machinery.guard.begin();
    const managed = this.#machinery.start({
      id,
      config: checked,
      restart: { ...this.#restart, policy: config.autoRestart === true ? "on-failure" : "no" },
      listener: this.#listenerFor(id),
    });
    this.#entries.set(id, { config, process: managed });
    void managed.ended.then(() => this.#rest());
    return id;
  }

  /** SIGTERM to its process group, and after `timeout` milliseconds SIGKILL to all of its tree. Resolves when nothing of
   *  it is left: with true, or with false when nothing of it was there. Also takes back a restart that is due. Rejects
   *  with STOP_FAILED when something outlives SIGKILL. */
  async stopProcess(processId: string, timeout = this.#stopTimeoutMs): Promise<boolean> {
    requireTimeout(timeout);
    return (await this.#entries.get(processId)?.process.stop(timeout)) ?? false;
  }

  /** Stops all of them at once. */
  async stopAll(timeout = this.#stopTimeoutMs): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.stopProcess(id, timeout)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopAll();
  }

  /** How its last run ended, once no further one comes. Rejects with the error when it could not be started:
   *  COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE or START_FAILED. */
  async waitForExit(processId: string): Promise<ProcessExit> {
    const { exit, error } = await this.#find(processId).process.ended;
    if (exit === null && error !== null) throw error;
    return exit ?? { code: null, signal: null };
  }

  /** Throws PROCESS_NOT_FOUND. What it uses was measured some seconds ago at most. */
  getProcessStatus(processId: string): ProcessStatus {
    const { process: managed } = this.#find(processId);
    const { life, restarts } = managed;
    void this.#measure(FRESH_MS);
    const use = life.kind === "running" ? this.#machinery.gauge.last(life.run.runId) : null;
    return {
      ...this.#outline(life),
      cpu: use?.cpuPercent ?? 0,
      memory: Math.round(((use?.memoryBytes ?? 0) / MB) * 10) / 10,
      restarts,
      exitCode: life.kind === "running" ? null : (life.exit?.code ?? null),
      signal: life.kind === "running" ? null : (life.exit?.signal ?? null),
      error: life.kind === "ended" ? life.error : null,
    };
  }

  /** The last `lines` of each stream, oldest first; 1,000 are kept of each, and a million characters. */
  getProcessLogs(processId: string, lines: number = limits.libraryLines): ProcessLogs {
    const { stdout, stderr } = this.#find(processId).process.lines;
    return { stdout: stdout.last(lines), stderr: stderr.last(lines) };
  }

  /** Those that run, and those that have ended as long as their place was not needed. */
  listProcesses(): ListedProcess[] {
    return [...this.#entries].map(([id, { config, process: managed }]) => ({
      id,
      ...this.#outline(managed.life),
      command: config.command,
    }));
  }

  #find(processId: string): Entry {
    const entry = this.#entries.get(processId);
    return entry ?? fail("PROCESS_NOT_FOUND", `Cannot find process '${processId}'`);
  }

  #outline(life: Life): Pick<ProcessStatus, "pid" | "status" | "uptime"> {
    if (life.kind === "running") {
      const { leader, startedMonoMs } = life.run;
      const uptime = Math.max(0, Math.round(this.#machinery.clock.now().monoMs - startedMonoMs));
      return { pid: leader.pid, status: "running", uptime };
    }
    const isWell = life.kind === "ended" && life.isWell;
    return { pid: null, status: isWell ? "stopped" : "error", uptime: 0 };
  }

  #newId(): string {
    do this.#names += 1;
    while (this.#entries.has(`process-${this.#names}`));
    return `process-${this.#names}`;
  }

  /** Of those that have ended the oldest is forgotten. */
  #makeRoom(id: string): void {
    if (this.#entries.size < this.#maxProcesses) return;
    const ended = [...this.#entries].find(([, { process: it }]) => it.life.kind === "ended");
    if (ended === undefined) {
      const hint = "Stop one, or allow for more: new ProcessManager({ maxProcesses }).";
      fail("LIMIT_REACHED", `Cannot start '${id}': ${this.#maxProcesses} processes run`, hint);
    }
    this.#entries.delete(ended[0]);
  }

  #listenerFor(processId: string): LifeListener {
    return {
      wrote: (stream, data) => this.#tell(() => this.emit(stream, { processId, data })),
      started: ({ leader: { pid } }, restarts) => {
        this.#machinery.guard.add(pid);
        this.#timer ??= setInterval(() => void this.#measure(0), MEASURE_MS).unref();
        // The run is not known as such before this has returned.
        queueMicrotask(() => void this.#measure(FRESH_MS));
        if (restarts > 0) this.#tell(() => this.emit("restart", { processId, pid, restarts }));
      },
      exited: ({ leader: { pid } }, exit, willRestart) => {
        this.#machinery.guard.remove(pid);
        this.#tell(() => this.emit("exit", { processId, pid, ...exit, willRestart }));
      },
      failed: (error) => {
        if (this.listenerCount("error") === 0) return;
        this.#tell(() => this.emit("error", { processId, error }));
      },
    };
  }

  /** A listener that throws is the program's fault and told as such, but no process is to suffer from it. */
  #tell(emit: () => void): void {
    try {
      emit();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  async #measure(maxAgeMs: number): Promise<void> {
    const runs = this.#running().map(({ runId, leader }) => ({ runId, leader }));
    this.#machinery.gauge.keep(new Set(runs.map(({ runId }) => runId)));
    if (runs.length > 0) await this.#machinery.gauge.measure(runs, { maxAgeMs, full: false });
  }

  #running(): OneRun[] {
    return [...this.#entries.values()].flatMap(({ process: { life } }) =>
      life.kind === "running" ? life.run : [],
    );
  }

  /** Nothing is left behind while nothing runs. */
  #rest(): void {
    if ([...this.#entries.values()].some(({ process: it }) => it.life.kind !== "ended")) return;
    this.#machinery.guard.end();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

function requireTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0))
    invalid("a timeout is a number from 0 on");
}

function restartSpec({
  max = 5,
  windowMs = 60_000,
  backoff = {},
}: NonNullable<ProcessManagerOptions["restart"]>): RestartSpec {
  return {
    policy: "no",
    max,
    windowMs,
    successCodes: [0],
    onGiveUp: "fail",
    backoff: { initialMs: 100, factor: 2, maxMs: 30_000, jitter: 0.2, ...backoff },
  };
}
