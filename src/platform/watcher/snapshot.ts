/** What was seen of a directory, and how it differs from what is there now. Looking is what finds changes: whatever way an
 *  editor saves, a file counts as changed when it is another one, or has another date or size; not when its mode or owner
 *  changes, nor when it was there only for a moment. */

import { lstatSync, readdirSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../error-code.ts";
import type { WatchFilter } from "./filter.ts";

export interface SeenFile {
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly inode: number;
}

export interface SeenDirectory {
  readonly inode: number;
  readonly files: ReadonlyMap<string, SeenFile>;
  /** By name; with the inode, for another one may come under the same name. */
  readonly directories: ReadonlyMap<string, number>;
  /** Among what counts is a link: no hint of this directory tells when what it leads to changes. */
  readonly hasLinks: boolean;
}

/** The code of the error where the directory cannot be read; it is `ENOENT` or `ENOTDIR` when it is not there. */
export type Look =
  | { readonly ok: true; readonly seen: SeenDirectory }
  | { readonly ok: false; readonly code: string };

/** `only`: the names that are asked about; null: all. */
export function lookInto(
  directory: string,
  filter: WatchFilter,
  only: ReadonlySet<string> | null,
): Look {
  try {
    const { ino: inode } = statSync(directory);
    const files = new Map<string, SeenFile>();
    const directories = new Map<string, number>();
    let hasLinks = false;
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (only !== null && !only.has(path)) continue;
      if (entry.isDirectory()) {
        const found = filter.enters(path) ? stats(path, lstatSync) : null;
        if (found !== null) directories.set(entry.name, found.ino);
      } else if (filter.counts(path)) {
        const found = stats(path, statSync);
        // Of a link it is what it leads to that counts, unless that is a directory: it could lead back. One that was asked
        // about by its name may.
        const isDirectory = found?.isDirectory() === true;
        if (isDirectory && only === null) continue;
        if (entry.isSymbolicLink()) hasLinks = true;
        if (found === null) continue;
        if (isDirectory) {
          directories.set(entry.name, found.ino);
          continue;
        }
        const { mtimeMs: modifiedMs, size: sizeBytes, ino } = found;
        files.set(entry.name, { modifiedMs, sizeBytes, inode: ino });
      }
    }
    return { ok: true, seen: { inode, files, directories, hasLinks } };
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
}

/** Null when it went meanwhile, or leads nowhere. */
function stats(path: string, ask: (path: string) => Stats): Stats | null {
  try {
    return ask(path);
  } catch {
    return null; // What cannot be seen is not there.
  }
}

/** The names of files that came, went or are others. */
export function changedFiles(
  before: ReadonlyMap<string, SeenFile>,
  after: ReadonlyMap<string, SeenFile>,
): string[] {
  const changed = [...after].filter(([name, file]) => !isSame(before.get(name), file));
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [...changed.map(([name]) => name), ...gone];
}

function isSame(one: SeenFile | undefined, other: SeenFile): boolean {
  return (
    one !== undefined &&
    one.modifiedMs === other.modifiedMs &&
    one.sizeBytes === other.sizeBytes &&
    one.inode === other.inode
  );
}
