/** Brings standard input to the daemon. The bytes go through `cat` into a pipe of the daemon's, so they are moved as fast
 *  as `cat` does it, and this program is free to look after the rest: that the daemon knows of the pipe, and the next one
 *  after it, and that nothing is in it when all is over. */

import { closeSync, constants, openSync } from "node:fs";
import { NoDaemonError } from "../client/connection.ts";
import { EXIT } from "../model/errors.ts";
import { captureId } from "../model/capture-id.ts";
import { limits } from "../model/limits.ts";
import type { CaptureInput } from "../protocol/capture.ts";
import type { CommandContext } from "./command.ts";

export interface Captured {
  /** Lost, because the disk did not take them. */
  readonly droppedBytes: number;
  /** Not 0: the input could not be read. */
  readonly inputCode: number;
  /** Ended by a signal before the input did; else null. */
  readonly signalStatus: number | null;
}

/** Between two tries to reach a daemon that is away. */
const RETRY_MS = 100;

/** The exit status after SIGTERM. */
const TERMINATED = 143;

type Target = Pick<CaptureInput, "project" | "name" | "stream">;

export class Capturing {
  readonly #context: CommandContext;
  readonly #input: Omit<CaptureInput, "resumes" | "ended">;
  /** Aborts when the daemon need not know of the pipe any more. */
  readonly #over = new AbortController();
  #signalStatus: number | null = null;
  #interrupts = 0;

  constructor(context: CommandContext, target: Target) {
    const runId = captureId(crypto.randomUUID().replaceAll("-", "").slice(0, 12), process.pid);
    this.#context = context;
    this.#input = { ...target, runId, holder: { pid: process.pid } };
  }

  /** Until the input ends. */
  async run(): Promise<Captured> {
    await this.#context.client.change("daemon-status", {});
    const { promise: pipe, resolve, reject } = Promise.withResolvers<string>();
    const telling = this.#tellDaemons(resolve).catch(reject);
    const path = await pipe;
    // Held for reading too, so that `cat` finds a reader while there is no daemon, and what is in it stays.
    const held = openSync(path, constants.O_RDWR);
    const inputCode = await this.#bring(path);
    this.#over.abort();
    await telling;
    const droppedBytes = await this.#end();
    closeSync(held);
    return { droppedBytes, inputCode, signalStatus: this.#signalStatus };
  }

  /** The exit code of `cat`; 0 when it was ended by a signal to this program. */
  async #bring(path: string): Promise<number> {
    const end = (status: number): void => {
      this.#signalStatus = status;
      cat.kill();
    };
    process.on("SIGHUP", () => {}); // As for Ctrl-C: the input ends by itself, or goes on.
    process.on("SIGINT", () => {
      this.#interrupts += 1;
      if (this.#interrupts > 1) end(EXIT.interrupted);
    });
    process.on("SIGTERM", () => end(TERMINATED));
    const out = openSync(path, constants.O_WRONLY);
    // In a session of its own: Ctrl-C is for who writes, whose last words are to be kept.
    const cat = Bun.spawn(["cat"], { stdio: ["inherit", out, "inherit"], detached: true });
    closeSync(out);
    const code = await cat.exited;
    return this.#signalStatus === null ? code : 0;
  }

  /** Tells one daemon after the other of the pipe; `onPipe` is called each time one knows. */
  async #tellDaemons(onPipe: (path: string) => void): Promise<void> {
    const { signal } = this.#over;
    let resumes = false;
    let notice: AwayNotice | null = null;
    while (!signal.aborted) {
      try {
        for await (const news of this.#stream({ resumes, ended: false }, signal)) {
          if (news.kind !== "begun") continue;
          notice?.end();
          notice = null;
          resumes = true;
          onPipe(news.pipe);
        }
      } catch (error) {
        if (signal.aborted) break;
        // Of one that has begun whatever is said is for a time: daemons end, and others come.
        if (!resumes && !(error instanceof NoDaemonError)) throw error;
      }
      notice ??= new AwayNotice(this.#context.say);
      await Bun.sleep(RETRY_MS);
    }
    notice?.end();
  }

  /** Has what is in the pipe kept, by a daemon that is started for it if there is none. The bytes lost. */
  async #end(): Promise<number> {
    for (;;) {
      await this.#context.client.change("daemon-status", {});
      try {
        const end = { resumes: true, ended: true };
        for await (const news of this.#stream(end, new AbortController().signal)) {
          if (news.kind === "ended") return news.droppedBytes;
        }
      } catch (error) {
        if (!(error instanceof NoDaemonError)) throw error;
      }
      await Bun.sleep(RETRY_MS);
    }
  }

  #stream(state: Pick<CaptureInput, "resumes" | "ended">, signal: AbortSignal) {
    return this.#context.client.stream("capture", { ...this.#input, ...state }, signal);
  }
}

/** Says that there is no daemon, unless that passes soon; and then that there is one again. */
class AwayNotice {
  readonly #say: (message: string) => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  #wasSaid = false;

  constructor(say: (message: string) => void) {
    this.#say = say;
    this.#timer = setTimeout(() => {
      this.#wasSaid = true;
      say("there is no daemon: what comes waits in the pipe until one is started");
    }, limits.progressAfterMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    if (this.#wasSaid) this.#say("the daemon is back: what waited is kept");
  }
}
