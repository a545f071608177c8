/** The file side of one stream: where the next byte goes, when the file is rotated, and its index. The log worker is
 *  the only one that writes here. What it remembers is what the file says: its size, and the base in its index.
 *
 *  It throws when the file cannot be opened, dated or rotated, and is then as it was before: the next call tries again. */

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { hasRotated, pruneChain, shiftChain, type RotationRules } from "./chain.ts";
import { emptyLog } from "../logfile/emptying.ts";
import { IndexFile } from "../logfile/index-file.ts";

/** Beyond the maximum by that much a file is cut even within a line. */
export const LINE_SLACK_BYTES = 64 * 1024;

/** How often it is looked whether the file is still the one at its path. */
const CHECK_MS = 500;

const NEWLINE = 10;

const NOT_DATED = { nowMs: 0, runId: "", offset: -1 };

export class LogFile {
  readonly path: string;
  #rules: RotationRules;
  /** False: it has no index. */
  readonly #isDated: boolean;
  /** -1 until it could be opened. */
  #fd = -1;
  #inode = 0;
  #offset = 0;
  #base = 0;
  #checkedMs = 0;
  /** The last record of the index: what comes in the same millisecond has the same date. */
  #dated = NOT_DATED;
  /** The index has its header: made with the first byte, because many streams never have one. */
  #hasIndex = false;

  /** Does not touch the disk: the first `begin` does. */
  constructor(path: string, rules: RotationRules, { isDated } = { isDated: true }) {
    this.path = path;
    this.#rules = rules;
    this.#isDated = isDated;
  }

  get fd(): number {
    return this.#fd;
  }

  get inode(): number {
    return this.#inode;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Bytes that may be added before a rotation is due. */
  get room(): number {
    return Math.max(0, this.#rules.maxSizeBytes - this.#offset);
  }

  isDue(): boolean {
    return this.#offset >= this.#rules.maxSizeBytes;
  }

  isOverdue(): boolean {
    return this.#offset >= this.#rules.maxSizeBytes + LINE_SLACK_BYTES;
  }

  /** The last byte written is the end of a line, or there is none. */
  endsLine(): boolean {
    if (this.#offset === 0) return true;
    const last = Buffer.alloc(1);
    return readSync(this.#fd, last, 0, 1, this.#offset - 1) === 1 && last[0] === NEWLINE;
  }

  /** Makes the file if it is not there, rotates what is too long already, and deletes what is too old. */
  open(): void {
    if (this.#fd >= 0) return;
    this.#open(0);
    if (this.isDue() && this.endsLine()) this.rotate();
    else if (hasRotated(this.path)) this.prune();
  }

  /** To be called before bytes are added: notices what others did to the file, and dates what comes. */
  begin(nowMs: number, runId: string): void {
    if (this.#fd < 0) this.open();
    else this.#notice(nowMs);
    if (!this.#isDated) return;
    if (!this.#hasIndex) this.#resetIndex(this.#base);
    const offset = this.#offset;
    const last = this.#dated;
    if (nowMs === last.nowMs && runId === last.runId) return;
    // Nothing was written since the last record, as on a full disk: it would never be found.
    const isPut = this.#index.put({ offset, timeMs: nowMs, runId }, last.offset === offset);
    this.#dated = isPut ? { nowMs, runId, offset } : NOT_DATED;
    if (!isPut) this.#hasIndex = this.#index.readBase() !== null;
  }

  /** So many bytes were added at `offset`. */
  added(bytes: number): void {
    this.#offset += bytes;
  }

  rotate(): void {
    const end = this.#base + this.#offset;
    this.#checkedMs = 0; // Interrupted after the renaming, the next `begin` finds no file at the path and makes one.
    shiftChain(this.path);
    this.#open(end);
    this.prune();
  }

  /** Other rules hold from now on; what they do not allow is deleted at once. */
  adjust(rules: RotationRules): void {
    this.#rules = rules;
    if (this.#fd >= 0) this.prune();
  }

  /** Deletes the rotated files that are too many or too old. */
  prune(): void {
    pruneChain(this.path, this.#rules);
  }

  /** Empties it, the rotated files too; what followers have read so far stays read. False when nothing was there. */
  flush(): boolean {
    const hadBytes = emptyLog(this.path);
    this.#open(this.#base + this.#offset);
    return hadBytes;
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  get #index(): IndexFile {
    return new IndexFile(this.path, this.#inode);
  }

  /** Opens what is at the path, or makes it. The descriptor held so far is let go only then: closed before, its number
   *  might come to mean another file while this one cannot be opened. */
  #open(baseWhenNew: number): void {
    const directory = dirname(this.path);
    if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(this.path);
    const fd = openFile(this.path);
    const { size, ino } = fstatSync(fd);
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = fd;
    this.#inode = ino;
    this.#offset = size;
    this.#dated = NOT_DATED;
    // The inode of a new file may have been that of another, whose index is still there.
    const base = isNew || !this.#isDated ? null : this.#index.readBase();
    this.#hasIndex = base !== null;
    this.#base = base ?? baseWhenNew;
  }

  #resetIndex(base: number): void {
    this.#base = base;
    this.#dated = NOT_DATED;
    this.#hasIndex = this.#isDated && this.#index.reset(base);
  }

  /** Others may truncate, delete or move the file: truncated, it is gone on with from its new end; gone, made anew. */
  #notice(nowMs: number): void {
    const { size, nlink } = fstatSync(this.#fd);
    const isDue = nowMs - this.#checkedMs >= CHECK_MS;
    const isMoved = isDue && statSync(this.path, { throwIfNoEntry: false })?.ino !== this.#inode;
    if (nlink === 0 || isMoved) {
      this.#open(this.#base + this.#offset);
    } else if (size < this.#offset) {
      this.#resetIndex(this.#base + this.#offset - size);
      this.#offset = size;
    }
    if (isDue) this.#checkedMs = nowMs;
  }
}

/** Follows no link but this user's own, or root's: in a directory that others may write to, one of them may lay a link
 *  there, to have another file overwritten. */
function openFile(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT;
  try {
    return openSync(path, flags | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOOP")) throw error;
    const { uid } = lstatSync(path);
    if (uid === 0 || uid === process.getuid?.()) return openSync(path, flags, 0o600);
    throw new Error(`it is a link of user ${uid}`, { cause: error });
  }
}
