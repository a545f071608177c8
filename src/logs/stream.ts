/** One stream of one run on its way from FIFO to file, and the moving itself. */

import { closeSync, constants, openSync, readSync, rmSync } from "node:fs";
import { isFull, type LogLibc } from "./libc.ts";
import { LINE_SLACK_BYTES, type LogFile } from "./log-file.ts";
import type { SharedLog } from "./log-files.ts";
import { adjusted, type Merging } from "./merging.ts";
import type { StreamRules } from "./messages.ts";
import type { Overflow } from "./overflow.ts";
import type { Scratch } from "./scratch.ts";
import { causeOf } from "./troubles.ts";

/** What a pipe holds unless it is asked for more; and what one that floods is given, where that is allowed. */
const PIPE_BYTES = 64 * 1024;
const FLOOD_BYTES = 1024 * 1024;
/** The kernel makes it a page. */
const LEAST_PIPE_BYTES = 1;
/** So many full pipes in a row are a flood; so many nearly empty ones its end. */
const FLOOD_AFTER = 4;
const CALM_AFTER = 100;

export type Moved =
  | { readonly kind: "moved" }
  /** The file takes nothing: the disk is full, its folder is gone … What waits is thrown away. */
  | { readonly kind: "dropping" }
  /** The same, and what waits goes on waiting. */
  | { readonly kind: "stuck"; readonly cause: string }
  /** Another run writes to the file too, and this is not its turn. */
  | { readonly kind: "held" };

const MOVED: Moved = { kind: "moved" };
const HELD: Moved = { kind: "held" };
const DROPPING: Moved = { kind: "dropping" };

export interface StreamParts {
  readonly fifo: string;
  readonly runId: string;
  readonly log: SharedLog;
  readonly leave: (log: SharedLog) => void;
  readonly overflow: Overflow;
  /** Called once the pipe is open. Null when nothing is merged. */
  readonly merge: () => Merging | null;
  readonly libc: LogLibc;
  readonly scratch: Scratch;
}

export class Stream {
  readonly fd: number;
  readonly fifo: string;
  readonly runId: string;
  readonly file: LogFile;
  readonly overflow: Overflow;
  readonly #log: SharedLog;
  readonly #leave: (log: SharedLog) => void;
  #merging: Merging | null;
  /** Nothing more is waited for: its run is over. */
  #isLast = false;
  readonly #libc: LogLibc;
  readonly #scratch: Scratch;
  #pipeBytes = PIPE_BYTES;
  #full = 0;
  #calm = 0;

  constructor({ fifo, runId, log, leave, overflow, merge, libc, scratch }: StreamParts) {
    // For reading and writing, so that the pipe never reports a hang-up, however its writers come and go.
    this.fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    this.fifo = fifo;
    this.runId = runId;
    this.file = log.file;
    this.#log = log;
    this.#leave = leave;
    this.overflow = overflow;
    this.#merging = merge();
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
    const { waiting } = this;
    if (waiting === 0) return MOVED;
    this.#fitPipe(waiting);
    try {
      const monoMs = performance.now();
      const bytes = this.#turnOf(Math.min(waiting, limit), monoMs);
      if (bytes === 0) return HELD;
      if (this.overflow.isDropping && !this.overflow.mayTry(monoMs)) return this.#drop(bytes);
      const cause = this.#try(nowMs, bytes, onRotated);
      if (cause === null) return this.overflow.isDropping ? DROPPING : MOVED;
      this.overflow.stuck(monoMs);
      return this.overflow.isDropping ? this.#drop(bytes) : { kind: "stuck", cause };
    } catch (error) {
      return { kind: "stuck", cause: causeOf(error) };
    }
  }

  /** From now on all that comes is moved at once, whoever else writes to the file. */
  hurry(): void {
    this.#isLast = true;
  }

  /** How much may be moved now: of a file that is shared whole lines, unless one is very long. */
  #turnOf(bytes: number, monoMs: number): number {
    if (!this.#log.isShared || this.#isLast) return bytes;
    if (!this.#log.mayWrite(this, monoMs)) return 0;
    const whole = this.#scratch.wholeLines(this.fd, bytes);
    return whole === 0 && this.isHalfFull ? bytes : whole;
  }

  /** Other rules hold for what comes. `join` as `merge` when it was made. */
  adjust(rules: StreamRules, join: () => Merging | null): void {
    this.overflow.adjust(rules.onFull);
    this.#merging = adjusted(this.#merging, this.file, rules.merged, join);
    this.file.adjust(rules.rules);
  }

  /** Takes bytes that wait and throws them away. */
  throwAway(bytes: number): void {
    const buffer = this.#scratch.bytes;
    for (let left = bytes; left > 0;) {
      const got = readSync(this.fd, buffer, 0, Math.min(left, buffer.length), null);
      if (got === 0) return;
      this.overflow.threwAway(buffer.subarray(0, got));
      left -= got;
    }
  }

  /** Nothing more comes: removes the pipe. What is in it is lost, so it has to be empty. */
  end(): void {
    // A holder may keep it for a while, and what a user's pipes may take together is little.
    this.#libc.resizePipe(this.fd, LEAST_PIPE_BYTES);
    this.close();
    rmSync(this.fifo, { force: true });
  }

  /** Lets go of pipe and files; what is in the pipe stays. */
  close(): void {
    closeSync(this.fd);
    this.#merging?.end(this.file);
    this.#leave(this.#log);
  }

  #drop(bytes: number): Moved {
    this.throwAway(Math.min(bytes, this.waiting));
    return DROPPING;
  }

  /** Null when something was moved, or all that waited was thrown away on the way to a whole line; else why not. */
  #try(nowMs: number, bytes: number, onRotated: () => void): string | null {
    try {
      this.file.begin(nowMs, this.runId);
      const left = this.overflow.isDropping ? bytes - this.#skipToLine(bytes) : bytes;
      return this.#moveSome(nowMs, left, onRotated);
    } catch (error) {
      return causeOf(error);
    }
  }

  /** The number of bytes thrown away. */
  #skipToLine(bytes: number): number {
    const first = this.#scratch.firstLine(this.fd, Math.min(bytes, LINE_SLACK_BYTES));
    const skipped = this.overflow.bytesToSkip(this.file.endsLine(), first);
    this.throwAway(skipped);
    return skipped;
  }

  #moveSome(nowMs: number, bytes: number, onRotated: () => void): string | null {
    let left = bytes;
    while (left > 0) {
      const wanted = Math.min(left, this.#bytesBeforeCut(left, onRotated));
      const moved = this.#libc.splice(this.fd, this.file.fd, this.file.offset, wanted);
      if (moved <= 0) return isFull(-moved) ? "the disk is full" : `error ${-moved}`;
      this.file.added(moved);
      this.#log.wrote(this);
      this.#merging?.take(this.file, moved);
      this.overflow.moved();
      left -= moved;
      if (this.file.isOverdue() || (this.file.isDue() && this.file.endsLine())) {
        this.#rotate(nowMs, onRotated);
      }
    }
    return null;
  }

  /** Up to the file's limit all of it; beyond, up to the end of the first line. */
  #bytesBeforeCut(left: number, onRotated: () => void): number {
    if (!this.file.isDue()) return this.file.room;
    if (this.file.endsLine()) {
      this.#rotate(Date.now(), onRotated);
      return this.file.room;
    }
    return this.#scratch.firstLine(this.fd, Math.min(left, LINE_SLACK_BYTES)).bytes;
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
