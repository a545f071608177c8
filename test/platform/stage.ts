/** A stage for tests with real processes: what is started on it is gone when it is disposed of, with everything that
 *  descends from it. */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ProcessIdentity, SpawnError } from "../../src/model/inputs.ts";
import type { Launch } from "../../src/model/spec.ts";
import { createClock } from "../../src/platform/clock.ts";
import type { ProberOptions } from "../../src/platform/prober.ts";
import { createProcesses, type Means, type RealProcesses } from "../../src/platform/processes.ts";
import type { ObservedExit, ReadyVerdict, Swept } from "../../src/supervisor/ports.ts";

export interface Actor {
  readonly runId: string;
  readonly identity: ProcessIdentity;
  readonly exit: Promise<ObservedExit>;
  stdout(): string;
}

/** How long a condition may take to come true. Generous: the machine may be busy. */
const PATIENCE_MS = 15_000;

export class Stage {
  readonly directory = mkdtempSync(join(tmpdir(), "procman-platform-"));
  readonly clock = createClock();
  readonly processes: RealProcesses;
  readonly #actors: Actor[] = [];
  #next = 1;

  constructor(means: Partial<Means> = {}) {
    this.processes = createProcesses(this.clock, means);
  }

  launch(argv: readonly string[], changes: Partial<Launch> = {}): Launch {
    const env = { PATH: process.env["PATH"] ?? "" };
    const account = { user: null, group: null, umask: null };
    const rest = { cwd: this.directory, ...account, port: null, input: "none" } as const;
    return { argv, env, ...rest, ...changes };
  }

  /** Starts a process that can be started. */
  start(argv: readonly string[], changes: Partial<Launch> = {}): Actor {
    const started = this.tryStart(argv, changes);
    if ("code" in started) throw new Error(started.message);
    return started;
  }

  tryStart(argv: readonly string[], changes: Partial<Launch> = {}): Actor | SpawnError {
    const runId = `${this.directory.slice(-6)}-${this.#next++}`;
    const launch = this.launch(argv, changes);
    const path = join(this.directory, `${runId}.out`);
    const fd = openSync(path, "w");
    const { promise, resolve: onExit } = Promise.withResolvers<ObservedExit>();
    const outcome = this.processes.spawn({
      runId,
      launch: { ...launch, env: { ...launch.env, PROCMAN_RUN_ID: runId } },
      output: { stdoutFd: fd, stderrFd: fd, close() {} },
      onChannel: () => {},
      onExit,
    });
    closeSync(fd);
    if (!outcome.ok) return outcome.error;
    const stdout = (): string => readFileSync(path, "utf8");
    const actor = { runId, identity: outcome.identify(), exit: promise, stdout };
    this.#actors.push(actor);
    return actor;
  }

  /** What it has printed, as soon as it has. */
  async says(actor: Actor): Promise<string> {
    await eventually("it to say something", () => actor.stdout().includes("\n"));
    return actor.stdout().trim();
  }

  sweep({ runId, identity }: Actor, graceMs = 10_000): Promise<Swept> {
    return this.processes.sweep({
      runId,
      leader: identity,
      signal: "SIGTERM",
      graceUntilMonoMs: this.clock.now().monoMs + graceMs,
      onSurvivors() {},
    });
  }

  file(name: string, text: string, mode: number): string {
    const path = join(this.directory, name);
    writeFileSync(path, text, { mode });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { identity } of this.#actors) this.processes.signalGroup(identity, "SIGKILL");
    await Promise.all(this.#actors.map((actor) => this.sweep(actor, 0)));
    this.processes.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Of runs that say nothing, write nothing and are not measured. */
export const NOTHING_HEARD: Omit<ProberOptions, "chance"> = {
  commands: null,
  gauge: { measure: async () => new Map() },
  search: () => ({ look: async () => ({ line: null, unsearched: null }), close() {} }),
  hearing: {
    untilReady: async () => false,
    pulse: async () => ({ kind: "closed" }),
    onHealth: () => () => {},
  },
};

/** Of probes that are not given up. */
export function whenReady(ready: () => void): ReadyVerdict {
  return {
    ready,
    never(answer) {
      throw new Error(answer);
    },
  };
}

export function fixture(name: string): string {
  return resolve(import.meta.dir, "../fixtures", name);
}

export async function eventually(what: string, isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(2);
  }
}

/** True when there is such a process and it is no zombie. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
