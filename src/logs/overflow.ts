/** What becomes of output that its file does not take. It waits, so that its process waits too; unless that process is
 *  to go on, then it is thrown away after a while, and counted. Half lines are not joined to others where that can be
 *  helped: writing begins again with a whole line. */

import type { LogSpec } from "../model/spec.ts";
import { LINE_SLACK_BYTES } from "./log-file.ts";

/** Output waits that long before it is thrown away. */
const DROP_AFTER_MS = 5_000;
/** A file that takes nothing is tried again that often. */
export const RETRY_MS = 250;

const NEWLINE = 10;

/** What was thrown away since the last time that was asked. */
export interface Loss {
  readonly bytes: number;
  /** Its first and last news are worth an event: `totalBytes` were thrown away since it began. */
  readonly phase: "begun" | "going-on" | "ended";
  readonly totalBytes: number;
}

export class Overflow {
  #drops: boolean;
  #stuckSinceMs: number | null = null;
  #triedMs = Number.NEGATIVE_INFINITY;
  #isDropping = false;
  /** The last byte thrown away was not the end of a line. */
  #isMidLine = false;
  /** Bytes thrown away to come to a line end. */
  #soughtBytes = 0;
  #totalBytes = 0;
  #untoldBytes = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(onFull: LogSpec["onFull"]) {
    this.#drops = onFull === "drop";
  }

  /** What waits from now on is kept, or may be thrown away. */
  adjust(onFull: LogSpec["onFull"]): void {
    this.#drops = onFull === "drop";
    if (!this.#drops) this.#isDropping = false;
  }

  get isDropping(): boolean {
    return this.#isDropping;
  }

  /** False: the file took nothing a moment ago. Times are on the monotonic clock. */
  mayTry(monoMs: number): boolean {
    return monoMs - this.#triedMs >= RETRY_MS;
  }

  /** The file took nothing. */
  stuck(monoMs: number): void {
    this.#stuckSinceMs ??= monoMs;
    this.#triedMs = monoMs;
    if (this.#drops && monoMs - this.#stuckSinceMs >= DROP_AFTER_MS) this.#isDropping = true;
  }

  /** The file took something. */
  moved(): void {
    this.#stuckSinceMs = null;
    this.#triedMs = Number.NEGATIVE_INFINITY;
    this.#isDropping = false;
    this.#isMidLine = false;
    this.#soughtBytes = 0;
  }

  threwAway(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#isMidLine = bytes.at(-1) !== NEWLINE;
    this.#totalBytes += bytes.length;
    this.#untoldBytes += bytes.length;
  }

  /** So many of the bytes that wait are thrown away too before the file is tried: up to the next line; or, when the
   *  file ends within a line, up to the end of that line alone, which closes it. */
  bytesToSkip(fileEndsLine: boolean, first: FirstLine): number {
    if (fileEndsLine && !this.#isMidLine) return 0;
    if (this.#soughtBytes > LINE_SLACK_BYTES) return 0; // No lines, or too long ones.
    const bytes = first.hasEnd && !fileEndsLine ? first.bytes - 1 : first.bytes;
    this.#soughtBytes += bytes;
    return bytes;
  }

  /** Null when there is none worth telling: it is asked for with every bufferful, and gives what came together. */
  news(monoMs: number): Loss | null {
    const isOver = !this.#isDropping;
    if (this.#totalBytes === 0 || (this.#untoldBytes === 0 && !isOver)) return null;
    if (!isOver && monoMs - this.#toldMs < RETRY_MS) return null;
    const isFirst = this.#toldMs === Number.NEGATIVE_INFINITY;
    const phase = isOver ? "ended" : isFirst ? "begun" : "going-on";
    const loss: Loss = { bytes: this.#untoldBytes, phase, totalBytes: this.#totalBytes };
    this.#untoldBytes = 0;
    this.#toldMs = isOver ? Number.NEGATIVE_INFINITY : monoMs;
    if (isOver) this.#totalBytes = 0;
    return loss;
  }

  /** Nothing more comes. */
  end(): Loss | null {
    this.#isDropping = false;
    return this.news(0);
  }
}

/** What is known of the first line among the bytes that wait: all of them, if it does not end there. */
export interface FirstLine {
  readonly bytes: number;
  readonly hasEnd: boolean;
}

export function firstLineOf(bytes: Uint8Array): FirstLine {
  const at = bytes.indexOf(NEWLINE);
  return at < 0 ? { bytes: bytes.length, hasEnd: false } : { bytes: at + 1, hasEnd: true };
}
