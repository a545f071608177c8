/** Log files by their paths: while an instance is reloaded two runs write to the same ones. Then each gives whole lines
 *  only, so that no line of the one is joined to one of the other. */

import type { RotationRules } from "./chain.ts";
import { LogFile } from "./log-file.ts";

/** Whose line has no end is waited for that long. */
const PATIENCE_MS = 250;

export class LogFiles {
  readonly #open = new Map<string, SharedLog>();

  /** For one stream. The rules are the process's: all who share a file have the same. Does not touch the disk. */
  join(path: string, rules: RotationRules): SharedLog {
    const log = this.#open.get(path) ?? new SharedLog(new LogFile(path, rules));
    this.#open.set(path, log);
    log.users += 1;
    return log;
  }

  leave(log: SharedLog): void {
    log.users -= 1;
    if (log.users > 0) return;
    this.#open.delete(log.file.path);
    log.file.close();
  }
}

export class SharedLog {
  readonly file: LogFile;
  users = 0;
  /** Who has written last. */
  #by: object | null = null;
  /** Since when somebody waits for the end of a line that is another's. */
  #waitsSinceMs: number | null = null;

  constructor(file: LogFile) {
    this.file = file;
  }

  get isShared(): boolean {
    return this.users > 1;
  }

  /** False while the last line is another's and has no end, for a while. To be asked before bytes are added. */
  mayWrite(by: object, monoMs: number): boolean {
    if (this.#by === by || this.#by === null || this.file.fd < 0 || this.file.endsLine()) {
      this.#waitsSinceMs = null;
      return true;
    }
    this.#waitsSinceMs ??= monoMs;
    return monoMs - this.#waitsSinceMs >= PATIENCE_MS;
  }

  wrote(by: object): void {
    this.#by = by;
    this.#waitsSinceMs = null;
  }
}
