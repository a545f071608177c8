/** Where looking at watched paths begins. */

import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Directories that are looked into; of those of single files only these are asked about. */
export type Roots = ReadonlyMap<string, ReadonlySet<string> | null>;

/** A single file is watched by its directory, and so is what is not there yet. */
export function rootsOf(paths: readonly string[]): Roots {
  const roots = new Map<string, Set<string> | null>();
  for (const path of paths) {
    if (isDirectory(path)) {
      roots.set(path, null);
      continue;
    }
    const others = roots.get(dirname(path));
    if (others !== null) roots.set(dirname(path), new Set([...(others ?? []), path]));
  }
  return roots;
}

/** It is a link, or on the way to it is one: it may become another directory without a hint. */
export function isReachedByLink(root: string): boolean {
  try {
    return realpathSync(root) !== root;
  } catch {
    return false; // It is not there, and looked for anyway.
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
