/** A disk of 400 kB, mounted for one test, that can be filled and freed. */

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

export class SmallDisk {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    mkdirSync(path, { recursive: true, mode: 0o700 });
    run("mount", "-t", "tmpfs", "-o", "size=400k,mode=700", "tmpfs", path);
  }

  fill(): void {
    const fd = openSync(this.#filler, "w");
    const block = Buffer.alloc(4096);
    try {
      for (;;) writeSync(fd, block);
    } catch {
      // Full, which is what was wanted.
    } finally {
      closeSync(fd);
    }
  }

  free(): void {
    rmSync(this.#filler);
  }

  makeReadOnly(): void {
    run("mount", "-o", "remount,ro", this.#path);
  }

  get #filler(): string {
    return join(this.#path, "filler");
  }

  /** Detached at once, whoever still has files open in it. */
  [Symbol.dispose](): void {
    run("umount", "-l", this.#path);
  }
}

function run(...command: string[]): void {
  const { success, stderr } = Bun.spawnSync(command, { stderr: "pipe" });
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
}
