/** What runs read: a pipe in the home, or a terminal behind one. Both outlive the daemon, as output does: the child
 *  holds its pipe for writing too, so that it never comes to its end, and a terminal is held by processes of its own. */

import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../model/errors.ts";
import type { RunId } from "../model/ids.ts";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { NO_INPUT, type ChildInput } from "./child-input.ts";
import { failure } from "./executable.ts";
import type { Libc } from "./libc.ts";
import { Terminals } from "./terminals.ts";
import type { Watcher } from "./watch.ts";

/** A pipe that takes nothing is tried again after that long, and given up when it took nothing for so long. */
const RETRY_MS = 10;
const PATIENCE_MS = 2_000;

export class Inputs {
  readonly #directory: string;
  readonly #libc: Libc | null;
  readonly #terminals: Terminals;
  /** The last that was sent to each run: what comes next waits for it. */
  readonly #sending = new Map<RunId, Promise<unknown>>();

  /** `directory`: where the pipes are, in the home. */
  constructor(directory: string, libc: Libc | null, watcher: Watcher) {
    this.#directory = directory;
    this.#libc = libc;
    this.#terminals = new Terminals(directory, libc, watcher);
  }

  /** Where what a run reads is written to. */
  path(runId: RunId): string {
    return join(this.#directory, `${runId}.in`);
  }

  /** `outputFd`: where what is shown on a terminal goes. */
  open(runId: RunId, launch: Launch, outputFd: number): ChildInput | SpawnError {
    if (launch.input === "none") return NO_INPUT;
    const fd = this.#openPipe(runId);
    if (typeof fd !== "number") return fd;
    const close = (): void => closeSync(fd);
    if (launch.input === "pipe") return { stdinFd: fd, terminal: null, close };
    const opened = this.#terminals.open(runId, launch, { inputFd: fd, outputFd });
    close();
    if ("code" in opened) rmSync(this.path(runId), { force: true });
    return opened;
  }

  /** Writes all of it, in order. Throws OPERATION_TIMEOUT when nobody reads, NO_INPUT when nobody can. */
  async write(runId: RunId, bytes: Uint8Array, name: string): Promise<void> {
    const before = this.#sending.get(runId) ?? Promise.resolve();
    const sending = before.then(() => this.#write(runId, bytes, name));
    // What went wrong is told to whoever has sent it.
    const settled = Promise.allSettled([sending]);
    this.#sending.set(runId, settled);
    return sending.finally(() => {
      if (this.#sending.get(runId) === settled) this.#sending.delete(runId);
    });
  }

  async #write(runId: RunId, bytes: Uint8Array, name: string): Promise<void> {
    const fd = this.#openForWriting(runId, name);
    try {
      let triedSinceMs = performance.now();
      for (let rest = bytes; rest.length > 0;) {
        const written = tryWrite(fd, rest);
        if (written > 0) triedSinceMs = performance.now();
        rest = rest.subarray(written);
        if (rest.length === 0) return;
        if (performance.now() - triedSinceMs > PATIENCE_MS) {
          const left = `${rest.length} of ${bytes.length} bytes were not taken`;
          fail("OPERATION_TIMEOUT", `Cannot send to ${name}: it does not read its input; ${left}`);
        }
        await Bun.sleep(RETRY_MS);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Resolves when the terminal has that size; nothing happens when there is none. */
  resize(runId: RunId, columns: number, rows: number): Promise<void> {
    return this.#terminals.resize(runId, columns, rows);
  }

  /** The run is over: resolves when all that it wrote to its terminal has come through. */
  async end(runId: RunId): Promise<void> {
    await this.#terminals.end(runId);
    rmSync(this.path(runId), { force: true });
  }

  #openPipe(runId: RunId): number | SpawnError {
    const path = this.path(runId);
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      // Made already by a daemon that died before it could use it.
      if (!existsSync(path) && this.#libc?.mkfifo(path) !== true) {
        Bun.spawnSync(["mkfifo", "-m", "600", path]);
      }
      return openSync(path, constants.O_RDWR);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return failure("EIO", `its input cannot be made: ${cause}`, true);
    }
  }

  #openForWriting(runId: RunId, name: string): number {
    try {
      return openSync(this.path(runId), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      // ENOENT and ENXIO: whoever could read it is gone, or has closed it.
      return fail("NO_INPUT", `Cannot send to ${name}: nothing reads its input any more`);
    }
  }
}

/** 0 when there is no room. */
function tryWrite(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}
