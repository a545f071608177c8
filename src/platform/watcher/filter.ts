/** What of a watched tree counts. */

import { basename, dirname, join, relative } from "node:path";
import type { WatchRequest } from "../../model/watch.ts";

export interface WatchFilter {
  /** Whether a directory is looked into. */
  enters(directory: string): boolean;
  /** Whether a change of a file matters. */
  counts(file: string): boolean;
  /** As people know it: relative to the working directory, where it is in it. */
  nameOf(path: string): string;
}

/** Directories that no program is written in. */
const NEVER_ENTERED = new Set([".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__"]);

/** Logs, and what editors leave beside a file that is open: Vim, Emacs, JetBrains; and the Finder. */
const NEVER_COUNTED = /\.log(?:\.\w+)*$|\.sw[opx]$|~$|^\.?#|^4913$|___jb_\w+___$|^\.DS_Store$/;

/** Rotated files have a number behind, and perhaps how they are compressed. */
const ROTATED = /\.\d+(?:\.\w+)?$/;

type Filtering = Pick<WatchRequest, "paths" | "include" | "exclude" | "directory" | "never">;

export function watchFilter(request: Filtering): WatchFilter {
  const { paths, directory } = request;
  const never = new Set(request.never);
  const roots = new Set(paths);
  const include = request.include.map(matcherOf);
  const exclude = request.exclude.map(matcherOf);
  const nameOf = (path: string): string => {
    const name = relative(directory, path);
    return isWithin(name) ? name || "." : path;
  };
  const placeOf = (path: string): string => {
    const name = relative(directory, path);
    if (isWithin(name)) return name;
    const root = paths.find((it) => isWithin(relative(it, path))) ?? dirname(path);
    return relative(root, path);
  };
  const isExcluded = (path: string): boolean => {
    const place = placeOf(path);
    return exclude.some((matches) => matches(place));
  };
  return {
    nameOf,
    enters(path) {
      if (roots.has(path)) return true;
      if (NEVER_ENTERED.has(basename(path)) || never.has(path) || isExcluded(path)) return false;
      // What all of which is excluded need not be looked into.
      const anything = join(placeOf(path), "*");
      return !exclude.some((matches) => matches(anything));
    },
    counts(path) {
      if (roots.has(path)) return true;
      const isNever = NEVER_COUNTED.test(basename(path)) || never.has(path);
      if (isNever || never.has(path.replace(ROTATED, ""))) return false;
      if (isExcluded(path)) return false;
      const place = placeOf(path);
      return include.length === 0 || include.some((matches) => matches(place));
    },
  };
}

type Matcher = (place: string) => boolean;

/** One without a slash means the name, wherever it is; so does one that ends with its only slash. */
function matcherOf(text: string): Matcher {
  const plain = text.replace(/^\.?\/(?=.)/, "").replace(/\/$/, "");
  const glob = new Bun.Glob(plain);
  const isName = !plain.includes("/") && !/^\.?\//.test(text);
  return isName ? (place) => glob.match(basename(place)) : (place) => glob.match(place);
}

/** Of a relative path: it leads nowhere else. */
function isWithin(name: string): boolean {
  return name !== ".." && !name.startsWith("../");
}
