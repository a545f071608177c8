/** The file side of one stream: where the next byte goes, when the file is rotated, and its index. The log worker is
 *  the only one that writes here. What it remembers is what the file says: its size, and the base in its index. */

import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import {
  decodeHeader,
  encodeHeader,
  encodeRecord,
  RECORD_BYTES,
} from "../logfile/index-records.ts";
import { indexPath, parseRotated, rotatedPath } from "../logfile/paths.ts";

export interface RotationRules {
  readonly maxSizeBytes: number;
  readonly maxFiles: number;
  readonly maxAgeMs: number | null;
}

/** Beyond the maximum by that much a file is cut even within a line. */
export const LINE_SLACK_BYTES = 64 * 1024;

/** How often it is looked whether the file is still the one at its path. */
const CHECK_MS = 500;

const NEWLINE = 10;

const NOT_DATED = { nowMs: 0, runId: "" };

export class LogFile {
  readonly path: string;
  readonly #rules: RotationRules;
  #fd = -1;
  #inode = 0;
  #offset = 0;
  #base = 0;
  #checkedMs = 0;
  /** The last record of the index: what comes in the same millisecond has the same date. */
  #dated = NOT_DATED;
  /** The index has its header: made with the first byte, because many streams never have one. */
  #hasIndex = false;

  constructor(path: string, rules: RotationRules) {
    this.path = path;
    this.#rules = rules;
    makeDirectory(path);
    this.#open();
    if (this.isDue() && this.endsLine()) this.rotate();
  }

  get fd(): number {
    return this.#fd;
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

  /** To be called before bytes are added: notices what others did to the file, and dates what comes. */
  begin(nowMs: number, runId: string): void {
    this.#notice(nowMs);
    if (!this.#hasIndex) this.#resetIndex(this.#base);
    else if (nowMs === this.#dated.nowMs && runId === this.#dated.runId) return;
    this.#dated = { nowMs, runId };
    const record = encodeRecord({ offset: this.#offset, timeMs: nowMs, runId });
    const index = openIndex(this.path, this.#inode);
    try {
      writeSync(index, record);
    } finally {
      closeSync(index);
    }
  }

  /** So many bytes were added at `offset`. */
  added(bytes: number): void {
    this.#offset += bytes;
  }

  /** The file becomes `.1`, the others move up by one as far as they have to; too many and too old ones are deleted.
   *  An interruption leaves a hole in the numbers, which the next rotation fills: nothing is deleted early. */
  rotate(): void {
    const base = this.#base + this.#offset;
    const chain = rotatedFiles(this.path);
    const taken = new Set(chain.map(({ nth }) => nth));
    let hole = 1;
    while (taken.has(hole)) hole += 1;
    const moving = chain.filter(({ nth }) => nth < hole).toSorted((a, b) => b.nth - a.nth);
    for (const { nth, compressed } of moving) {
      renameSync(
        rotatedPath(this.path, nth, compressed),
        rotatedPath(this.path, nth + 1, compressed),
      );
    }
    renameSync(this.path, rotatedPath(this.path, 1, false));
    closeSync(this.#fd);
    this.#create(base);
    this.#prune();
  }

  /** Empties the file; what followers have read so far stays read. */
  flush(): void {
    const base = this.#base + this.#offset;
    ftruncateSync(this.#fd, 0);
    this.#offset = 0;
    this.#resetIndex(base);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #open(): void {
    this.#dated = NOT_DATED;
    if (!existsSync(this.path)) return this.#create(this.#base + this.#offset);
    this.#fd = openSync(this.path, "r+");
    const { size, ino } = fstatSync(this.#fd);
    this.#inode = ino;
    this.#offset = size;
    const header = readHeader(this.path, ino);
    this.#hasIndex = header !== null;
    this.#base = header?.base ?? this.#base;
  }

  #create(base: number): void {
    this.#fd = openSync(this.path, "w+", 0o600);
    this.#inode = fstatSync(this.#fd).ino;
    this.#offset = 0;
    this.#base = base;
    this.#hasIndex = false;
  }

  #resetIndex(base: number): void {
    this.#base = base;
    this.#hasIndex = true;
    this.#dated = NOT_DATED;
    const index = openSync(indexPath(dirname(this.path), this.#inode), "w", 0o600);
    writeSync(index, encodeHeader(base));
    closeSync(index);
  }

  /** Others may truncate, delete or move the file: truncated, it is gone on with from its new end; gone, made anew. */
  #notice(nowMs: number): void {
    const { size, nlink } = fstatSync(this.#fd);
    const moved =
      nowMs - this.#checkedMs >= CHECK_MS &&
      statSync(this.path, { throwIfNoEntry: false })?.ino !== this.#inode;
    if (nowMs - this.#checkedMs >= CHECK_MS) this.#checkedMs = nowMs;
    if (nlink === 0 || moved) {
      closeSync(this.#fd);
      makeDirectory(this.path);
      this.#base += this.#offset;
      this.#offset = 0;
      this.#open();
    } else if (size < this.#offset) {
      this.#resetIndex(this.#base + this.#offset - size);
      this.#offset = size;
    }
  }

  #prune(): void {
    const { maxFiles, maxAgeMs } = this.#rules;
    for (const { nth, compressed } of rotatedFiles(this.path)) {
      const file = rotatedPath(this.path, nth, compressed);
      const info = statSync(file, { throwIfNoEntry: false });
      if (info === undefined) continue;
      const isOld = maxAgeMs !== null && Date.now() - info.mtimeMs > maxAgeMs;
      if (nth <= maxFiles && !isOld) continue;
      rmSync(file, { force: true });
      rmSync(indexPath(dirname(this.path), info.ino), { force: true });
    }
  }
}

interface RotatedFile {
  readonly nth: number;
  readonly compressed: boolean;
}

/** The rotated files of a stream, the latest first. */
function rotatedFiles(path: string): RotatedFile[] {
  const base = basename(path);
  return readdirSync(dirname(path))
    .flatMap((name) => parseRotated(base, name) ?? [])
    .toSorted((one, other) => one.nth - other.nth);
}

/** Puts a compressed copy in the place of a rotated file, whatever that is called by now; false when it is gone. The
 *  index goes over to the copy's inode before the original goes. */
export function replaceByCompressed(path: string, inode: number, copy: string): boolean {
  for (const { nth, compressed } of rotatedFiles(path)) {
    if (compressed || statSync(rotatedPath(path, nth, false)).ino !== inode) continue;
    const directory = dirname(path);
    const fd = openSync(copy, "r");
    fsyncSync(fd);
    const copyInode = fstatSync(fd).ino;
    closeSync(fd);
    copyIndex(directory, inode, copyInode);
    renameSync(copy, rotatedPath(path, nth, true));
    rmSync(rotatedPath(path, nth, false));
    rmSync(indexPath(directory, inode), { force: true });
    return true;
  }
  return false;
}

/** The folder of a log and of its index. */
function makeDirectory(path: string): void {
  const directory = dirname(indexPath(dirname(path), 0));
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
}

function copyIndex(directory: string, from: number, to: number): void {
  try {
    copyFileSync(indexPath(directory, from), indexPath(directory, to));
  } catch {
    rmSync(indexPath(directory, to), { force: true }); // Lost already: readers do without.
  }
}

function openIndex(path: string, inode: number): number {
  return openSync(indexPath(dirname(path), inode), "a", 0o600);
}

function readHeader(path: string, inode: number): { readonly base: number } | null {
  try {
    const fd = openSync(indexPath(dirname(path), inode), "r");
    const bytes = Buffer.alloc(RECORD_BYTES);
    const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
    closeSync(fd);
    return decodeHeader(bytes.subarray(0, length));
  } catch {
    return null; // Lost: the file is dated anew from here on.
  }
}
