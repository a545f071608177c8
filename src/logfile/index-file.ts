/** Writes the index beside a log file. Nothing here throws: views do without what is missing in an index, and one that
 *  cannot be written must not stop the bytes that it speaks of. */

import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import {
  decodeHeader,
  encodeHeader,
  encodeRecord,
  RECORD_BYTES,
  type IndexRecord,
} from "./index-records.ts";
import { indexPath } from "./paths.ts";

export class IndexFile {
  readonly #path: string;

  constructor(log: string, inode: number) {
    this.#path = indexPath(dirname(log), inode);
  }

  /** Null when there is none, or what is there is no index: the file is dated anew from here on. */
  readBase(): number | null {
    let base: number | null = null;
    this.#with("r", (fd) => {
      const bytes = Buffer.alloc(RECORD_BYTES);
      const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
      base = decodeHeader(bytes.subarray(0, length))?.base ?? null;
    });
    return base;
  }

  /** Begins it anew; false when that failed. */
  reset(base: number): boolean {
    return this.#with("w", (fd) => write(fd, encodeHeader(base), 0));
  }

  /** Adds a record, or puts it in the place of the last one; false when that failed. */
  put(record: IndexRecord, replacesLast: boolean): boolean {
    return this.#with("r+", (fd) => {
      const { size } = fstatSync(fd);
      // Records are whole, unless a full disk has cut one off.
      const end = size - (size % RECORD_BYTES);
      const at = replacesLast && end > RECORD_BYTES ? end - RECORD_BYTES : end;
      write(fd, encodeRecord(record), at);
    });
  }

  copyTo(inode: number): void {
    const copy = indexPath(dirname(dirname(this.#path)), inode);
    try {
      copyFileSync(this.#path, copy);
    } catch {
      rmSync(copy, { force: true }); // Lost already, or no room: readers do without.
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #with(flags: "r" | "r+" | "w", use: (fd: number) => void): boolean {
    let fd = -1;
    try {
      if (flags === "w") mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      fd = openSync(this.#path, flags, 0o600);
      use(fd);
      return true;
    } catch {
      return false; // The caller tries again with the next bytes.
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }
}

/** All of it or nothing: a record that is cut off would shift those after it. */
function write(fd: number, bytes: Uint8Array, at: number): void {
  if (writeSync(fd, bytes, 0, bytes.length, at) === bytes.length) return;
  ftruncateSync(fd, at);
  throw new Error("the index was cut off");
}
