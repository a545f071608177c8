/** Empties the log of a stream. To be called by the one who writes there: the log worker, or anybody while there is no
 *  daemon. */

import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync } from "node:fs";
import { IndexFile } from "./index-file.ts";
import { listSegments } from "./segments.ts";

/** What became of one log. */
export interface Emptied {
  readonly log: string;
  /** There was something in it. */
  readonly hadBytes: boolean;
  readonly failure: string | null;
}

/** One that fails does not keep the others from it. */
export function emptyEach(
  logs: readonly string[],
  empty: (log: string) => boolean = emptyLog,
): Emptied[] {
  return logs.map((log) => {
    try {
      return { log, hadBytes: empty(log), failure: null };
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      return { log, hadBytes: false, failure };
    }
  });
}

/** Rotated files are deleted, and an empty file takes the place of the one being written, all at once with the count of
 *  its stream: so followers go on where they were. False when there was nothing. */
export function emptyLog(path: string): boolean {
  const segments = listSegments(path);
  const last = segments.at(-1);
  if (last === undefined) return false;
  for (const segment of segments) {
    if (segment.path === path) continue;
    rmSync(segment.path, { force: true });
    new IndexFile(path, segment.inode).remove();
  }
  if (!existsSync(path)) return true;
  const fresh = `${path}.emptied`;
  const fd = openSync(fresh, "w", 0o600);
  new IndexFile(path, fstatSync(fd).ino).reset(last.base + last.size);
  closeSync(fd);
  renameSync(fresh, path);
  new IndexFile(path, last.inode).remove();
  return segments.length > 1 || last.size > 0;
}
