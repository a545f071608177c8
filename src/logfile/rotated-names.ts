/** The names of rotated files in a directory, by the file that they were rotated from. Read once for all the streams of
 *  a project, and again whenever the directory has changed. */

import { readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { rotatedFrom } from "./paths.ts";

interface Listing {
  readonly changedMs: number;
  readonly byBase: ReadonlyMap<string, readonly string[]>;
}

/** Times of a directory are as fine as the kernel's ticks: a change within the same one cannot be told. */
const TICK_MS = 20;

const listings = new Map<string, Listing>();

/** Names that begin with that of the file at `path`, and a number. */
export function rotatedNames(path: string): readonly string[] {
  const directory = dirname(path);
  const changedMs = statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
  if (changedMs === undefined) return []; // Nothing has been written yet.
  const known = listings.get(directory);
  const listing = known?.changedMs === changedMs ? known : { changedMs, byBase: read(directory) };
  if (Date.now() - changedMs > TICK_MS) listings.set(directory, listing);
  return listing.byBase.get(basename(path)) ?? [];
}

function read(directory: string): Map<string, string[]> {
  const byBase = new Map<string, string[]>();
  for (const name of namesIn(directory)) {
    const base = rotatedFrom(name);
    if (base === null) continue;
    const names = byBase.get(base);
    if (names === undefined) byBase.set(base, [name]);
    else names.push(name);
  }
  return byBase;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Deleted since it was looked at.
  }
}
