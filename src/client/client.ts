/** The typed client: calls operations, starts the daemon when that is needed, and waits for one that is on its way. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import type {
  CallName,
  InputOfOperation,
  OutputOfOperation,
  StreamName,
} from "../protocol/operations.ts";
import { isForEveryProtocol } from "../protocol/version.ts";
import { call, NoDaemonError, stream } from "./connection.ts";
import { lockHolder } from "./lock-holder.ts";
import { homePath, requireOwnHome } from "./paths.ts";
import { hasSomethingToLookAfter } from "./registry-peek.ts";
import { isOlder } from "./release.ts";
import { socketOf } from "./socket-path.ts";

export interface ClientOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--home`; null takes the environment's. */
  readonly home: string | null;
  /** Told when an answer takes longer than a second, and when the daemon was upgraded. */
  readonly say: (message: string) => void;
}

/** How a call treats a daemon that is not there. */
export interface CallOptions {
  /** Starts one: for what changes something. Otherwise only when the registry has something to look after. */
  readonly start: boolean;
  /** The daemon may take as long as it likes, as long as it answers when asked whether it is there. */
  readonly waits: boolean;
  /** May be called again when the daemon dies in the middle. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal;
}

export const LOOKS: CallOptions = { start: false, waits: false, repeatable: true };
export const CHANGES: CallOptions = { start: true, waits: true, repeatable: true };

/** First pause between two tries to reach a daemon that is starting, and the longest. */
const RETRY_MS = 4;
const RETRY_MAX_MS = 15;
/** When a daemon that takes long is asked whether it is there, and how often then. */
const FIRST_WATCH_MS = 250;
const WATCH_MS = 2_000;

export class Client {
  readonly home: string;
  readonly #say: (message: string) => void;
  /** It has started a daemon, which may still be on its way. */
  #hasStarted = false;
  #upgraded: Promise<void> | null = null;

  constructor({ env, home, say }: ClientOptions) {
    this.home = homePath(env, home);
    this.#say = say;
  }

  /** Asked for each call: a daemon that comes up may listen elsewhere than the one before. */
  get socket(): string {
    requireOwnHome(this.home);
    return socketOf(this.home);
  }

  /** Null when there is no daemon and nothing for one to look after; only for calls that do not start one. */
  async look<N extends CallName>(
    name: N,
    input: InputOfOperation<N>,
    options: CallOptions = LOOKS,
  ): Promise<OutputOfOperation<N> | null> {
    return this.#reach(options, () => this.#once(name, input, options));
  }

  async change<N extends CallName>(
    name: N,
    input: InputOfOperation<N>,
    options: CallOptions = CHANGES,
  ): Promise<OutputOfOperation<N>> {
    if (!isForEveryProtocol(name)) await (this.#upgraded ??= this.#upgradeIfOlder());
    const output = await this.#reach(options, () => this.#once(name, input, options));
    return output ?? fail("DAEMON_UNREACHABLE", `Cannot reach the daemon of ${this.home}`);
  }

  /** Starts the daemon, if none has made its socket yet, without waiting for it: for what will need one shortly. */
  async wake(): Promise<void> {
    if (!existsSync(this.socket)) await this.#startDaemon();
  }

  /** There is no daemon, and none is on its way: one that starts or is replaced holds the lock, one that was killed has
   *  left its socket and is being started again. */
  isStopped(): boolean {
    return !existsSync(this.socket) && lockHolder(this.home) === null;
  }

  /** Null when the daemon was stopped; one that is on its way is waited for, so long. Starts none. */
  async askUnlessStopped<N extends CallName>(
    name: N,
    input: InputOfOperation<N>,
    withinMs: number = limits.daemonAnswerMs,
  ): Promise<OutputOfOperation<N> | null> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const output = await this.ask(name, input);
      if (output !== null || this.isStopped() || performance.now() > giveUpAt) return output;
      await Bun.sleep(RETRY_MAX_MS);
    }
  }

  /** Once: what comes up later is of this release, or of a newer one. */
  async #upgradeIfOlder(): Promise<void> {
    if (this.#hasStarted || !existsSync(this.socket)) return;
    const status = () => this.ask("daemon-status", {});
    const found = await status();
    if (found === null || !isOlder(found)) return;
    const { upgrade } = await import("./upgrade.ts");
    const replace = (command: readonly string[]) => this.change("daemon-restart", { command });
    await upgrade({ home: this.home, status, replace, say: this.#say }, found);
  }

  async #startDaemon(): Promise<void> {
    this.#hasStarted = true;
    const { startDaemon } = await import("./start-daemon.ts");
    startDaemon(this.home);
  }

  /** Null when no daemon answers; never starts one. */
  async ask<N extends CallName>(
    name: N,
    input: InputOfOperation<N>,
  ): Promise<OutputOfOperation<N> | null> {
    try {
      return await this.#once(name, input, LOOKS);
    } catch (error) {
      if (error instanceof NoDaemonError) return null;
      throw error;
    }
  }

  /** One document after the other. Throws `NoDaemonError` when the daemon goes; the reader knows its place. */
  stream<N extends StreamName>(
    name: N,
    input: InputOfOperation<N>,
    signal: AbortSignal,
  ): AsyncGenerator<OutputOfOperation<N>> {
    return stream(this.socket, name, input, signal);
  }

  /** Tries until somebody answers, or nobody has for `limits.daemonAnswerMs`. */
  async #reach<T>(options: CallOptions, attempt: () => Promise<T>): Promise<T | null> {
    let silentSince: number | null = null;
    let slow: (() => void) | null = null;
    let started = this.#hasStarted;
    try {
      for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(RETRY_MAX_MS, pauseMs * 1.2)) {
        try {
          const output = await attempt();
          this.#hasStarted = false; // It has come: when it goes again another is to be started.
          return output;
        } catch (error) {
          if (!(error instanceof NoDaemonError)) throw error;
          if (error.wasReached && !options.repeatable) return this.#wentAway();
          if (error.wasReached) silentSince = null;
        }
        silentSince ??= performance.now();
        if (performance.now() - silentSince > limits.daemonAnswerMs) {
          return await this.#unreachable(started);
        }
        slow ??= this.#slowNotice(`waiting for the daemon of ${this.home}`);
        if (!started) {
          if (!options.start && !hasSomethingToLookAfter(this.home)) return null;
          await this.#startDaemon();
          started = true;
        }
        await Bun.sleep(pauseMs);
        // What is asked may take long; that a daemon is there is known at once.
        if (await this.#isThere()) slow();
      }
    } finally {
      slow?.();
    }
  }

  async #isThere(): Promise<boolean> {
    const timeout = AbortSignal.timeout(limits.daemonAnswerMs);
    return call(this.socket, "daemon-status", {}, timeout).then(
      () => true,
      () => false,
    );
  }

  #wentAway(): never {
    return fail(
      "DAEMON_UNREACHABLE",
      `Cannot tell whether it was done: the daemon of ${this.home} went away meanwhile`,
      "It is started again. See 'procman ls', and ask again if need be.",
    );
  }

  async #once<N extends CallName>(
    name: N,
    input: InputOfOperation<N>,
    { waits, signal }: CallOptions,
  ): Promise<OutputOfOperation<N>> {
    const given = signal === undefined ? [] : [signal];
    if (!waits) {
      const timeout = AbortSignal.timeout(limits.daemonAnswerMs);
      return this.#answered(
        call(this.socket, name, input, AbortSignal.any([timeout, ...given])),
        timeout,
        false,
      );
    }
    const dead = new AbortController();
    const endWatch = this.#watch(dead);
    try {
      const both = AbortSignal.any([dead.signal, ...given]);
      return await this.#answered(call(this.socket, name, input, both), dead.signal, true);
    } finally {
      endWatch();
    }
  }

  /** Asks the daemon again and again whether it is there; aborts the call that waits for it when it does not answer.
   *  Returns the end of it. */
  #watch(dead: AbortController): () => void {
    const over = new AbortController();
    const ask = async (): Promise<void> => {
      const timeout = AbortSignal.timeout(limits.daemonAnswerMs);
      const slow = this.#slowNotice("waiting for the daemon to answer");
      try {
        await call(this.socket, "daemon-status", {}, AbortSignal.any([timeout, over.signal]));
      } catch {
        // Cut off instead: the call itself fails of that.
        if (timeout.aborted && !over.signal.aborted) dead.abort();
      } finally {
        slow();
      }
      if (!over.signal.aborted) timer = setTimeout(() => void ask(), WATCH_MS);
    };
    let timer = setTimeout(() => void ask(), FIRST_WATCH_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }

  async #answered<T>(answer: Promise<T>, silence: AbortSignal, waits: boolean): Promise<T> {
    const slow = waits ? null : this.#slowNotice("waiting for the daemon to answer");
    try {
      return await answer;
    } catch (error) {
      if (!silence.aborted) throw error;
      return fail(
        "DAEMON_UNREACHABLE",
        `Cannot reach the daemon of ${this.home}: it does not answer`,
        this.#stuckHint(lockHolder(this.home)),
      );
    } finally {
      slow?.();
    }
  }

  async #unreachable(started: boolean): Promise<never> {
    const holder = lockHolder(this.home);
    if (holder !== null) {
      return fail(
        "DAEMON_UNREACHABLE",
        `Cannot reach the daemon of ${this.home}: pid ${holder} holds its lock, but does not answer`,
        this.#stuckHint(holder),
      );
    }
    const { daemonLogTail } = await import("./start-daemon.ts");
    const tail = daemonLogTail(this.home, 5);
    const log = join(this.home, "daemon.log");
    const hint = existsSync(log) ? `The end of ${log}:\n${tail}` : null;
    return started
      ? fail("DAEMON_START_FAILED", `Cannot start the daemon of ${this.home}`, hint)
      : fail("DAEMON_UNREACHABLE", `Cannot reach the daemon of ${this.home}`, hint);
  }

  #stuckHint(pid: number | null): string {
    const kill = pid === null ? "kill -9" : `'kill -9 ${pid}'`;
    return `See ${join(this.home, "daemon.log")}; when it is stuck, end it with ${kill}: it is started again, and what runs goes on.`;
  }

  /** Says that it takes long, once it does; returns the way to say no more. */
  #slowNotice(message: string): () => void {
    const timer = setTimeout(() => this.#say(message), limits.progressAfterMs);
    return () => clearTimeout(timer);
  }
}
