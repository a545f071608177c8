/** The file in which both streams of a process stand together (`log.file`): a copy for people, made of whole lines in the
 *  order in which they come, from the log files after they were written there. Those are what counts: a copy that cannot
 *  be written is told of and gone without, and keeps nobody waiting. */

import { readSync, writeSync } from "node:fs";
import type { LogSpec } from "../model/spec.ts";
import type { RotationRules } from "./chain.ts";
import { LINE_SLACK_BYTES, LogFile } from "./log-file.ts";
import { causeOf, type Troubles } from "./troubles.ts";

const NEWLINE = 10;

const NOTHING = Buffer.alloc(0);

/** What a process asks for. */
export interface Copy {
  readonly path: string;
  /** Each line begins with the time at which it came. */
  readonly isDated: boolean;
}

export function copyOf({ file, timestamps }: LogSpec): Copy | null {
  return file === null ? null : { path: file, isDated: timestamps === true };
}

/** Called with the path of each copy that was rotated. */
type OnRotated = (path: string) => void;

/** The copies there are. Several processes may share one. */
export class MergedFiles {
  readonly #troubles: Troubles;
  readonly #open = new Map<string, { readonly copy: MergedFile; users: number }>();

  constructor(troubles: Troubles) {
    this.#troubles = troubles;
  }

  /** For one stream. Null when its process has no such file. Of several rules the last hold. */
  join(copy: Copy | null, rules: RotationRules, onRotated: OnRotated): Merging | null {
    if (copy === null) return null;
    const { path } = copy;
    this.#open.get(path)?.copy.adjust(rules);
    const shared = this.#open.get(path) ?? {
      copy: new MergedFile(path, rules, onRotated, this.#troubles),
      users: 0,
    };
    this.#open.set(path, shared);
    shared.users += 1;
    return new Merging(copy, shared.copy, () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      this.#open.delete(path);
      shared.copy.close();
    });
  }
}

/** What a stream is merged into once its rules are others: the same copy goes on, another begins with what comes. */
export function adjusted(
  merging: Merging | null,
  file: LogFile,
  copy: Copy | null,
  join: () => Merging | null,
): Merging | null {
  const next = join();
  if (merging === null) return next;
  if (merging.of.path === copy?.path && merging.of.isDated === copy.isDated) {
    next?.leave();
    return merging;
  }
  merging.end(file);
  return next;
}

/** How far one stream was copied. */
export class Merging {
  readonly of: Copy;
  readonly #copy: MergedFile;
  /** Lets go of the copy. */
  readonly leave: () => void;
  readonly #buffer = Buffer.alloc(LINE_SLACK_BYTES);
  #inode = 0;
  #copied = 0;
  /** Where the stream's own bytes ended last: another run may write to the same log file. */
  #end = 0;

  constructor(of: Copy, copy: MergedFile, leave: () => void) {
    this.of = of;
    this.#copy = copy;
    this.leave = leave;
  }

  /** So many bytes were added to the log file. An unfinished line waits for its end, unless it is very long. */
  take(file: LogFile, bytes: number): void {
    const start = file.offset - bytes;
    if (file.inode !== this.#inode || this.#end !== start) {
      // The beginning of a line that others' lines came into.
      const rest = file.inode === this.#inode && this.#end < start ? this.#read(file) : NOTHING;
      if (rest.length > 0) this.#add(rest);
      this.#inode = file.inode;
      this.#copied = start;
    }
    this.#end = file.offset;
    for (;;) {
      const chunk = this.#read(file);
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      const length = end > 0 || chunk.length < this.#buffer.length ? end : chunk.length;
      if (length === 0) return;
      this.#add(chunk.subarray(0, length));
      this.#copied += length;
    }
  }

  /** Nothing more comes: an unfinished line is copied too, and ended, so that no other is joined to it. */
  end(file: LogFile): void {
    const rest = file.inode === this.#inode ? this.#read(file) : NOTHING;
    if (rest.length > 0) this.#add(Buffer.concat([rest, Buffer.of(NEWLINE)]));
    this.leave();
  }

  #add(bytes: Buffer): void {
    const goesOn = this.#copy.unfinishedBy === this;
    this.#copy.add(this.of.isDated ? dated(bytes, goesOn) : bytes, this);
  }

  #read(file: LogFile): Buffer {
    const wanted = Math.min(this.#buffer.length, Math.min(this.#end, file.offset) - this.#copied);
    if (wanted <= 0) return NOTHING;
    try {
      return this.#buffer.subarray(0, readSync(file.fd, this.#buffer, 0, wanted, this.#copied));
    } catch {
      return NOTHING; // A log that cannot be read is told of by whoever reads it.
    }
  }
}

/** With the time before each line, unless the first goes on with another. */
function dated(bytes: Buffer, goesOn: boolean): Buffer {
  const time = Buffer.from(`${new Date().toISOString()} `);
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start) + 1 || bytes.length;
    if (start > 0 || !goesOn) parts.push(time);
    parts.push(bytes.subarray(start, end));
    start = end;
  }
  return Buffer.concat(parts);
}

class MergedFile {
  /** Whose line the last is, if it has no end yet. */
  unfinishedBy: Merging | null = null;
  readonly #file: LogFile;
  readonly #onRotated: OnRotated;
  readonly #troubles: Troubles;

  constructor(path: string, rules: RotationRules, onRotated: OnRotated, troubles: Troubles) {
    this.#file = new LogFile(path, rules, { isDated: false });
    this.#onRotated = onRotated;
    this.#troubles = troubles;
  }

  adjust(rules: RotationRules): void {
    try {
      this.#file.adjust(rules);
    } catch (error) {
      this.#troubles.stuck(this.#file.path, causeOf(error));
    }
  }

  /** Another's unfinished line is ended first: no two are ever joined. */
  add(lines: Buffer, by: Merging): void {
    const isCut = this.unfinishedBy !== null && this.unfinishedBy !== by;
    const bytes = isCut ? Buffer.concat([Buffer.of(NEWLINE), lines]) : lines;
    this.unfinishedBy = bytes.at(-1) === NEWLINE ? null : by;
    const file = this.#file;
    try {
      file.begin(Date.now(), "");
      if (file.isOverdue() || (file.isDue() && file.endsLine())) {
        file.rotate();
        this.#onRotated(file.path);
      }
      for (let done = 0; done < bytes.length;) {
        const written = writeSync(file.fd, bytes, done, bytes.length - done, file.offset);
        file.added(written);
        done += written;
      }
      this.#troubles.well(file.path);
    } catch (error) {
      this.#troubles.stuck(file.path, causeOf(error));
    }
  }

  close(): void {
    this.#troubles.forget(this.#file.path);
    this.#file.close();
  }
}
