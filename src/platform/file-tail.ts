/** The end of what goes to a file, which outlives the daemon for as long as somebody writes. Nobody sees the file, and
 *  nobody has to remove it: it has no name. While the daemon lives it is kept short. */

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type OutputTail, TAIL_BYTES } from "./output-tail.ts";

const MAX_BYTES = 1024 * 1024;
const LOOK_MS = 500;

/** Null without a directory, and where no file can be made there. */
export function openFileTail(directory: string | null): OutputTail | null {
  if (directory === null) return null;
  const path = join(directory, `output-${crypto.randomUUID()}`);
  try {
    const tail = new FileTail(openSync(path, "ax+", 0o600));
    unlinkSync(path);
    return tail;
  } catch {
    return null; // There is no room, or no descriptor.
  }
}

class FileTail implements OutputTail {
  readonly end: number;
  readonly isTooMuch = false;
  /** Of what was cut off. */
  #kept: Buffer = Buffer.alloc(0);
  readonly #looking: ReturnType<typeof setInterval>;

  constructor(fd: number) {
    this.end = fd;
    this.#looking = setInterval(() => this.#shorten(), LOOK_MS);
    this.#looking.unref();
  }

  begin(): void {}

  async finish(): Promise<Buffer> {
    clearInterval(this.#looking);
    const bytes = this.#tail();
    closeSync(this.end);
    return bytes;
  }

  /** Who writes does so at its end, wherever that is by then. */
  #shorten(): void {
    if (fstatSync(this.end).size <= MAX_BYTES) return;
    this.#kept = this.#tail();
    ftruncateSync(this.end, 0);
  }

  #tail(): Buffer {
    const { size } = fstatSync(this.end);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const count = readSync(this.end, bytes, 0, bytes.length, size - bytes.length);
    return Buffer.concat([this.#kept, bytes.subarray(0, count)]).subarray(-TAIL_BYTES);
  }
}
