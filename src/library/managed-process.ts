/** One process that this program manages itself: its runs, one after the other, until it has ended for good. */

import { afterEnd, isSuccess, type EndedRun, type RestartVerdict } from "../core/restart.ts";
import { problem, ProcmanError, SPAWN_ERRORS } from "../model/errors.ts";
import { describeExit } from "../model/exit.ts";
import type { SpawnError } from "../model/inputs.ts";
import { limits } from "../model/limits.ts";
import type { RestartSpec } from "../model/spec.ts";
import { chance } from "../platform/chance.ts";
import type { Clock } from "../supervisor/ports.ts";
import { LastLines } from "./last-lines.ts";
import { startRun, type RunRequest } from "./one-run.ts";
import type { EndedLife, Life, LifeListener, Managed, OneRun, ProcessExit } from "./parts.ts";

export interface ManagedOptions {
  readonly id: string;
  readonly restart: RestartSpec;
  readonly clock: Clock;
  readonly listener: LifeListener;
  /** What the next run is. */
  readonly nextRun: () => Omit<RunRequest, "hear">;
}

type Attempt =
  | { readonly run: OneRun; readonly exit: ProcessExit; readonly ended: Omit<EndedRun, "instance"> }
  | { readonly run: null; readonly exit: null; readonly error: SpawnError };

const KEPT = { lines: limits.libraryLines, characters: limits.libraryCharacters };

export class ManagedProcess implements Managed {
  readonly lines = { stdout: new LastLines(KEPT), stderr: new LastLines(KEPT) };
  /** Resolves when it has ended for good, and never rejects. */
  readonly ended: Promise<EndedLife>;
  readonly #options: ManagedOptions;
  readonly #stopAsked = Promise.withResolvers<void>();
  #isStopAsked = false;
  #restarts = 0;
  #life: Life = { kind: "waiting", exit: null };

  /** Its first run is there when this returns. */
  constructor(options: ManagedOptions) {
    this.#options = options;
    this.ended = this.#live();
  }

  get life(): Life {
    return this.#life;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves when nothing of it is left; with false when that was so before. Rejects when something of it outlives
   *  SIGKILL. */
  async stop(graceMs: number): Promise<boolean> {
    if (this.#life.kind === "ended") return false;
    this.#isStopAsked = true;
    this.#stopAsked.resolve();
    const ended = this.ended.then(() => true);
    if (this.#life.kind !== "running") return ended;
    const { run } = this.#life;
    run.stop(graceMs);
    const stuck = run.stuck.then((pids) => {
      const what = `processes of its tree do not end: pid ${pids.join(", ")}`;
      throw new ProcmanError(problem("STOP_FAILED", `Cannot stop '${this.#options.id}': ${what}`));
    });
    return Promise.race([ended, stuck]);
  }

  async #live(): Promise<EndedLife> {
    let before: EndedRun["instance"] = { restartTimesMonoMs: [], backoffStep: 0 };
    for (;;) {
      const attempt = await this.#attempt();
      const { run, exit } = attempt;
      const verdict = this.#verdictOn(attempt, before);
      const willRestart = verdict.kind === "restart" && !this.#isStopAsked;
      this.#life = willRestart ? { kind: "waiting", exit } : this.#endOf(attempt, verdict);
      if (run !== null) this.#options.listener.exited(run, exit, willRestart);
      if (verdict.kind === "restart" && willRestart) {
        before = verdict;
        if (await this.#waits(verdict.delayMs)) continue;
        this.#life = { kind: "ended", exit, isWell: true, error: null };
      }
      if (this.#life.kind === "ended") {
        if (this.#life.error !== null) this.#options.listener.failed(this.#life.error);
        return this.#life;
      }
    }
  }

  /** One run to its end. Whatever it does before its first wait has happened when the constructor returns. */
  async #attempt(): Promise<Attempt> {
    const { nextRun, listener, clock } = this.#options;
    const run = startRun({
      ...nextRun(),
      hear: (stream, text) => {
        this.lines[stream].add(text);
        listener.wrote(stream, text);
      },
    });
    if ("code" in run) {
      // Whoever has asked for it is told after the call has returned.
      await Promise.resolve();
      return { run: null, exit: null, error: run };
    }
    this.#life = { kind: "running", run };
    listener.started(run, this.#restarts);
    const observed = { ...(await run.ended), atMs: 0 };
    for (const lines of Object.values(this.lines)) lines.endLine();
    return {
      run,
      exit: { code: observed.code, signal: observed.signal },
      ended: {
        what: describeExit(observed),
        success: isSuccess(observed, this.#options.restart),
        livedMs: clock.now().monoMs - run.startedMonoMs,
      },
    };
  }

  #verdictOn(attempt: Attempt, instance: EndedRun["instance"]): RestartVerdict {
    const { restart, clock } = this.#options;
    if (attempt.run !== null) {
      return afterEnd({ instance, ...attempt.ended }, restart, clock.now(), chance.next());
    }
    const { message: what, transient } = attempt.error;
    if (!transient) return { kind: "failed", reason: what };
    const ended = { instance, what, success: false, livedMs: 0 };
    return afterEnd(ended, restart, clock.now(), chance.next());
  }

  #endOf({ run, exit, ...attempt }: Attempt, verdict: RestartVerdict): EndedLife {
    const isWell = this.#isStopAsked || verdict.kind === "completed";
    const end = { kind: "ended", exit, isWell } as const;
    if (isWell || verdict.kind !== "failed") return { ...end, error: null };
    const { id, restart } = this.#options;
    if (run === null && "error" in attempt) {
      const { code, message } = attempt.error;
      const why = message.replace(/^cannot be started: /, "");
      const given = problem(SPAWN_ERRORS[code] ?? "START_FAILED", `Cannot start '${id}': ${why}`);
      return { ...end, error: new ProcmanError(given) };
    }
    // One that nobody wants restarted has ended as it has: that is no error of the manager's.
    if (restart.policy === "no") return { ...end, error: null };
    const given = problem("COMMAND_FAILED", `Cannot keep '${id}' running: it ${verdict.reason}`);
    return { ...end, error: new ProcmanError(given) };
  }

  /** False when it was asked to stop meanwhile. */
  async #waits(delayMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const over = Promise.withResolvers<void>();
    const cancel = clock.wakeAt(clock.now().monoMs + delayMs, over.resolve);
    await Promise.race([over.promise, this.#stopAsked.promise]);
    cancel();
    if (this.#isStopAsked) return false;
    this.#restarts += 1;
    return true;
  }
}
