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
import type { Compression } from "../model/spec.ts";
import { COMPRESSIONS } from "../logfile/compression.ts";
import { parseRotated, type Rotated, rotatedPath } from "../logfile/paths.ts";
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
  for (const it of moving) {
    renameSync(rotatedPath(path, it), rotatedPath(path, { ...it, nth: it.nth + 1 }));
  }
  renameSync(path, rotatedPath(path, { nth: 1, compression: null }));
}

export type RetentionRules = Pick<RotationRules, "maxFiles" | "maxAgeMs">;

/** Deletes the rotated files that are too many or too old; `names` are those of its folder, if they are known. */
export function pruneChain(path: string, rules: RetentionRules, names?: readonly string[]): void {
  for (const it of rotatedFiles(path, names)) {
    const file = rotatedPath(path, it);
    const info = statSync(file, { throwIfNoEntry: false });
    if (info === undefined) continue;
    const isOld = rules.maxAgeMs !== null && Date.now() - info.mtimeMs > rules.maxAgeMs;
    if (it.nth <= rules.maxFiles && !isOld) continue;
    rmSync(file, { force: true });
    new IndexFile(path, info.ino).remove();
  }
}

const EARLY: readonly Rotated[] = [
  { nth: 1, compression: null },
  ...[null, ...COMPRESSIONS].map((compression) => ({ nth: 2, compression })),
];

/** Looks at a few names rather than at the whole folder, which may be that of thousands of processes. */
export function hasRotated(path: string): boolean {
  return EARLY.some((it) => existsSync(rotatedPath(path, it)));
}

/** A compressed copy of a rotated file. */
export interface CompressedCopy {
  /** Of the file that it is a copy of. */
  readonly inode: number;
  /** Its own path. */
  readonly copy: string;
  readonly compression: Compression;
}

/** Puts a compressed copy in the place of a rotated file, whatever that is called by now; false when it is gone. The
 *  index goes over to the copy's inode before the original goes. */
export function replaceByCompressed(
  path: string,
  { inode, copy, compression }: CompressedCopy,
): boolean {
  for (const it of rotatedFiles(path)) {
    if (it.compression !== null || statSync(rotatedPath(path, it)).ino !== inode) continue;
    const fd = openSync(copy, "r");
    fsyncSync(fd);
    const copyInode = fstatSync(fd).ino;
    closeSync(fd);
    const index = new IndexFile(path, inode);
    index.copyTo(copyInode);
    renameSync(copy, rotatedPath(path, { ...it, compression }));
    rmSync(rotatedPath(path, it));
    index.remove();
    return true;
  }
  return false;
}

/** The rotated files of a stream, the latest first. */
function rotatedFiles(path: string, names?: readonly string[]): Rotated[] {
  const base = basename(path);
  return (names ?? readdirSync(dirname(path)))
    .flatMap((name) => parseRotated(base, name) ?? [])
    .toSorted((one, other) => one.nth - other.nth);
}
