/** A log file and the rotated ones behind it: moving them up, deleting those that are too many or too old, putting
 *  compressed copies in their place. Only the log worker does this, so nobody renames under its hands. */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { parseRotated, rotatedPath } from "../logfile/paths.ts";
import { IndexFile } from "../logfile/index-file.ts";

export interface RotationRules {
  readonly maxSizeBytes: number;
  readonly maxFiles: number;
  readonly maxAgeMs: number | null;
}

/** The file becomes `.1`, the others move up by one as far as they have to. An interruption leaves a hole in the
 *  numbers, which the next rotation fills: nothing is deleted early. */
export function shiftChain(path: string): void {
  const chain = rotatedFiles(path);
  const taken = new Set(chain.map(({ nth }) => nth));
  let hole = 1;
  while (taken.has(hole)) hole += 1;
  const moving = chain.filter(({ nth }) => nth < hole).toSorted((a, b) => b.nth - a.nth);
  for (const { nth, compressed } of moving) {
    renameSync(rotatedPath(path, nth, compressed), rotatedPath(path, nth + 1, compressed));
  }
  renameSync(path, rotatedPath(path, 1, false));
}

export type RetentionRules = Pick<RotationRules, "maxFiles" | "maxAgeMs">;

/** Deletes the rotated files that are too many or too old; `names` are those of its folder, if they are known. */
export function pruneChain(path: string, rules: RetentionRules, names?: readonly string[]): void {
  for (const { nth, compressed } of rotatedFiles(path, names)) {
    const file = rotatedPath(path, nth, compressed);
    const info = statSync(file, { throwIfNoEntry: false });
    if (info === undefined) continue;
    const isOld = rules.maxAgeMs !== null && Date.now() - info.mtimeMs > rules.maxAgeMs;
    if (nth <= rules.maxFiles && !isOld) continue;
    rmSync(file, { force: true });
    new IndexFile(path, info.ino).remove();
  }
}

/** Looks at two names rather than at the whole folder, which may be that of thousands of processes. */
export function hasRotated(path: string): boolean {
  return (
    [1, 2].some((nth) => existsSync(rotatedPath(path, nth, false))) ||
    existsSync(rotatedPath(path, 2, true))
  );
}

/** Puts a compressed copy in the place of a rotated file, whatever that is called by now; false when it is gone. The
 *  index goes over to the copy's inode before the original goes. */
export function replaceByCompressed(path: string, inode: number, copy: string): boolean {
  for (const { nth, compressed } of rotatedFiles(path)) {
    if (compressed || statSync(rotatedPath(path, nth, false)).ino !== inode) continue;
    const fd = openSync(copy, "r");
    fsyncSync(fd);
    const copyInode = fstatSync(fd).ino;
    closeSync(fd);
    const index = new IndexFile(path, inode);
    index.copyTo(copyInode);
    renameSync(copy, rotatedPath(path, nth, true));
    rmSync(rotatedPath(path, nth, false));
    index.remove();
    return true;
  }
  return false;
}

interface RotatedFile {
  readonly nth: number;
  readonly compressed: boolean;
}

/** The rotated files of a stream, the latest first. */
function rotatedFiles(path: string, names?: readonly string[]): RotatedFile[] {
  const base = basename(path);
  return (names ?? readdirSync(dirname(path)))
    .flatMap((name) => parseRotated(base, name) ?? [])
    .toSorted((one, other) => one.nth - other.nth);
}
