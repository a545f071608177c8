/** The pipes of a run: two FIFOs in the home, which outlive the daemon. */

import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LOG_STREAMS, type LogStream } from "../logfile/paths.ts";
import { tryLibc } from "./libc.ts";

const EEXIST = 17;
const CODES: Readonly<Record<number, string>> = { 28: "ENOSPC", 13: "EACCES", 122: "EDQUOT" };

export class Fifos {
  readonly #directory: string;
  readonly #libc = tryLibc();

  constructor(home: string) {
    this.#directory = join(home, "run");
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  path(runId: string, stream: LogStream): string {
    return join(this.#directory, `${runId}.${stream === "stdout" ? "out" : "err"}`);
  }

  /** Makes what is missing. What is there already was made by a daemon that died before it could use it. */
  make(runId: string, streams: readonly LogStream[] = LOG_STREAMS): void {
    for (const stream of streams) this.#makeOne(this.path(runId, stream));
  }

  /** The child's ends: blocking, and for reading too, so that it never sees a broken pipe but waits while it is full.
   *  On failure nothing is left. */
  openChildEnds(runId: string): ChildEnds {
    const fds: number[] = [];
    const close = (): void => {
      for (const fd of fds.splice(0)) closeSync(fd);
    };
    try {
      this.make(runId);
      for (const stream of LOG_STREAMS) {
        fds.push(openSync(this.path(runId, stream), constants.O_RDWR));
      }
    } catch (error) {
      close();
      this.remove(runId);
      throw error;
    }
    const [stdoutFd = -1, stderrFd = -1] = fds;
    return { stdoutFd, stderrFd, close };
  }

  remove(runId: string): void {
    for (const stream of LOG_STREAMS) rmSync(this.path(runId, stream), { force: true });
  }

  #makeOne(path: string): void {
    if (this.#libc === null) return makeByCommand(path);
    const errno = this.#libc.mkfifo(path);
    if (errno === 0 || errno === EEXIST) return;
    throw failure(path, CODES[errno] ?? `errno ${errno}`);
  }
}

export interface ChildEnds {
  readonly stdoutFd: number;
  readonly stderrFd: number;
  readonly close: () => void;
}

function makeByCommand(path: string): void {
  if (existsSync(path)) return;
  const made = Bun.spawnSync(["mkfifo", "-m", "600", path], { stderr: "pipe" });
  if (!made.success) throw failure(path, made.stderr.toString().trim());
}

function failure(path: string, code: string): Error {
  return Object.assign(new Error(`cannot make the pipe ${path}: ${code}`), { code });
}
