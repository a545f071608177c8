/** A pipe to look at bytes in without taking them from where they wait, and a buffer for them. */

import { closeSync, readSync } from "node:fs";
import type { LogLibc } from "./libc.ts";
import { LINE_SLACK_BYTES } from "./log-file.ts";
import { firstLineOf, type FirstLine } from "./overflow.ts";

const NEWLINE = 10;

export class Scratch {
  /** For bytes that nobody needs after the call. */
  readonly bytes = Buffer.alloc(LINE_SLACK_BYTES);
  readonly #libc: LogLibc;
  readonly #ends: readonly [read: number, write: number];

  constructor(libc: LogLibc) {
    this.#libc = libc;
    this.#ends = libc.pipe();
  }

  /** How many of the first `bytes` in a pipe belong to its first line, its end included. */
  firstLine(fd: number, bytes: number): FirstLine {
    const copied = this.#look(fd, bytes);
    return copied === 0 ? { bytes, hasEnd: false } : firstLineOf(this.bytes.subarray(0, copied));
  }

  /** How many of the first `bytes` in a pipe are whole lines; no more than are looked at. */
  wholeLines(fd: number, bytes: number): number {
    const copied = this.#look(fd, Math.min(bytes, this.bytes.length));
    return this.bytes.subarray(0, copied).lastIndexOf(NEWLINE) + 1;
  }

  /** Copies bytes of a pipe; their number. */
  #look(fd: number, bytes: number): number {
    const [read, write] = this.#ends;
    const copied = this.#libc.tee(fd, write, bytes);
    let got = 0;
    while (got < copied) got += readSync(read, this.bytes, got, copied - got, null);
    return Math.max(0, copied);
  }

  close(): void {
    for (const end of this.#ends) closeSync(end);
  }
}
