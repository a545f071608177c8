/** One stream of one run on its way from FIFO to file, and the moving itself. */

import { closeSync, constants, openSync, readSync, rmSync } from "node:fs";
import { isFull, type LogLibc } from "./libc.ts";
import { LINE_SLACK_BYTES, type LogFile } from "./log-file.ts";
import { causeOf } from "./troubles.ts";

/** What a pipe holds unless it is asked for more; and what one that floods is given, where that is allowed. */
const PIPE_BYTES = 64 * 1024;
const FLOOD_BYTES = 1024 * 1024;
/** So many full pipes in a row are a flood; so many nearly empty ones its end. */
const FLOOD_AFTER = 4;
const CALM_AFTER = 100;

const NEWLINE = 10;

export type Moved =
  | { readonly kind: "moved" }
  /** The file takes nothing: the disk is full, its folder is gone … */
  | { readonly kind: "stuck"; readonly cause: string };

const MOVED: Moved = { kind: "moved" };

export class Stream {
  readonly fd: number;
  readonly fifo: string;
  readonly runId: string;
  readonly file: LogFile;
  readonly #libc: LogLibc;
  readonly #scratch: Scratch;
  #pipeBytes = PIPE_BYTES;
  #full = 0;
  #calm = 0;

  constructor(fifo: string, runId: string, file: LogFile, libc: LogLibc, scratch: Scratch) {
    // For reading and writing, so that the pipe never reports a hang-up, however its writers come and go.
    this.fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    this.fifo = fifo;
    this.runId = runId;
    this.file = file;
    this.#libc = libc;
    this.#scratch = scratch;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#libc.waiting(this.fd);
  }

  get isHalfFull(): boolean {
    return this.waiting * 2 >= this.#pipeBytes;
  }

  /** Its pipe was made wide, because it was often full. */
  get isFlooding(): boolean {
    return this.#pipeBytes > PIPE_BYTES;
  }

  /** Moves what waits, `limit` bytes at most; tells of each rotation. Never throws. */
  move(nowMs: number, limit: number, onRotated: () => void): Moved {
    const waiting = this.waiting;
    if (waiting === 0) return MOVED;
    this.#fitPipe(waiting);
    try {
      return this.#moveSome(nowMs, Math.min(waiting, limit), onRotated);
    } catch (error) {
      return { kind: "stuck", cause: causeOf(error) };
    }
  }

  /** Lets go of the pipe. What is in it is lost, so it has to be empty. */
  close(): void {
    closeSync(this.fd);
    rmSync(this.fifo, { force: true });
  }

  #moveSome(nowMs: number, bytes: number, onRotated: () => void): Moved {
    this.file.begin(nowMs, this.runId);
    let left = bytes;
    while (left > 0) {
      const wanted = Math.min(left, this.#bytesBeforeCut(left, onRotated));
      const moved = this.#libc.splice(this.fd, this.file.fd, this.file.offset, wanted);
      // Nothing moved though there is something to move: level-triggered waiting would spin on it.
      if (moved <= 0) return { kind: "stuck", cause: splicingCause(-moved) };
      this.file.added(moved);
      left -= moved;
      if (this.file.isOverdue() || (this.file.isDue() && this.file.endsLine())) {
        this.#rotate(nowMs, onRotated);
      }
    }
    return MOVED;
  }

  /** Up to the file's limit all of it; beyond, up to the end of the first line. */
  #bytesBeforeCut(left: number, onRotated: () => void): number {
    if (!this.file.isDue()) return this.file.room;
    if (this.file.endsLine()) {
      this.#rotate(Date.now(), onRotated);
      return this.file.room;
    }
    return this.#scratch.firstLineEnd(this.fd, Math.min(left, LINE_SLACK_BYTES));
  }

  #rotate(nowMs: number, onRotated: () => void): void {
    this.file.rotate();
    this.file.begin(nowMs, this.runId);
    onRotated();
  }

  /** A larger pipe lets a flooding child write on while the worker is elsewhere; the user's budget of them is small. */
  #fitPipe(waiting: number): void {
    this.#full = waiting * 2 >= this.#pipeBytes ? this.#full + 1 : 0;
    this.#calm = waiting < PIPE_BYTES / 4 ? this.#calm + 1 : 0;
    if (this.#pipeBytes === PIPE_BYTES && this.#full >= FLOOD_AFTER) {
      if (this.#libc.resizePipe(this.fd, FLOOD_BYTES)) this.#pipeBytes = FLOOD_BYTES;
      this.#full = 0;
    } else if (this.#pipeBytes > PIPE_BYTES && this.#calm >= CALM_AFTER) {
      if (this.#libc.resizePipe(this.fd, PIPE_BYTES)) this.#pipeBytes = PIPE_BYTES;
    }
  }
}

function splicingCause(errno: number): string {
  return isFull(errno) ? "the disk is full" : `error ${errno}`;
}

/** A pipe to look at bytes in without taking them. */
export class Scratch {
  readonly #libc: LogLibc;
  readonly #ends: readonly [read: number, write: number];
  readonly #bytes = Buffer.alloc(LINE_SLACK_BYTES);

  constructor(libc: LogLibc) {
    this.#libc = libc;
    this.#ends = libc.pipe();
  }

  /** How many of the first `bytes` in a pipe belong to its first line, its end included; all if it does not end. */
  firstLineEnd(fd: number, bytes: number): number {
    const [read, write] = this.#ends;
    const copied = this.#libc.tee(fd, write, bytes);
    if (copied === 0) return bytes;
    let got = 0;
    while (got < copied) got += readSync(read, this.#bytes, got, copied - got, null);
    const at = this.#bytes.subarray(0, copied).indexOf(NEWLINE);
    return at < 0 ? copied : at + 1;
  }

  close(): void {
    for (const end of this.#ends) closeSync(end);
  }
}
