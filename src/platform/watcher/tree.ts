/** Watches the files of one request: remembers what was seen, looks again where the system hints at a change, and tells
 *  what differs. Where no hints can be had it looks now and then. */

import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { limits } from "../../model/limits.ts";
import type { WatchReport } from "../../model/watch.ts";
import { watchFilter, type WatchFilter } from "./filter.ts";
import { openHints } from "../watch-hints.ts";
import type { Hints, OpenHints } from "./hints.ts";
import { isReachedByLink, rootsOf, type Roots } from "./roots.ts";
import { changedFiles, lookInto, type SeenDirectory } from "./snapshot.ts";

/** After a hint it waits that long, so that what is there only for a moment is not seen. */
const SETTLE_MS = 30;
/** It looks for that long at once; then others have their turn. */
const SLICE_MS = 5;
/** Without hints; more where looking takes long. */
const POLL_MS = 1_000;
const POLL_SHARE = 20;
/** After it has looked it rests that many times as long as it took before it follows a hint; from then on changes are waited
 *  for, so that it rests less than between polls. */
const REST_SHARE = 5;
/** A disk that stalled once is no reason to be late for long. */
const REST_MAX_MS = 3_000;

export interface TreeListener {
  /** All has been looked at once. */
  completed(): void;
  /** Absolute paths. */
  changed(paths: readonly string[]): void;
  limited(reason: string | null): void;
}

export class WatchedTree {
  readonly filter: WatchFilter;
  readonly #listener: TreeListener;
  readonly #hints: Hints;
  readonly #roots: Roots;
  readonly #seen = new Map<string, SeenDirectory>();
  /** Those where not all that may change is hinted at: a link leads elsewhere. */
  readonly #linked = new Set<string>();
  readonly #due = new Set<string>();
  #changed = new Set<string>();
  #entries = 0;
  #isComplete = false;
  #isClosed = false;
  #looking: ReturnType<typeof setTimeout> | null = null;
  #polling: ReturnType<typeof setTimeout> | null = null;
  #lookedMs = 0;
  #restsUntilMs = 0;
  /** By what cannot be watched, why. */
  readonly #troubles = new Map<string, string>();
  #told: string | null = null;

  constructor(
    request: Parameters<typeof watchFilter>[0],
    listener: TreeListener,
    open: OpenHints = openHints,
  ) {
    this.filter = watchFilter(request);
    this.#listener = listener;
    this.#roots = rootsOf(request.paths);
    this.#hints = open((directory, name) => this.#hinted(directory, name));
    for (const root of this.#roots.keys()) this.#due.add(root);
    this.#lookSoon(0);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  report(): WatchReport {
    const directories = this.#seen.size;
    return { files: this.#entries - directories, directories, limited: this.#reason() };
  }

  /** Files that were modified since then; not those whose date is yet to come, which say nothing. */
  modifiedSince(sinceMs: number): string[] {
    const nowMs = Date.now();
    return [...this.#seen].flatMap(([directory, { files }]) =>
      [...files]
        .filter(([, { modifiedMs }]) => modifiedMs > sinceMs && modifiedMs <= nowMs)
        .map(([name]) => join(directory, name)),
    );
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#looking ?? undefined);
    clearTimeout(this.#polling ?? undefined);
    this.#hints.close();
  }

  #hinted(directory: string, name: string | null): void {
    if (name === basename(directory)) {
      // It was itself moved or removed: another one of that name, even with the same inode, is to be watched anew.
      this.#hints.remove(directory);
    } else if (name !== null && !this.#matters(directory, name)) {
      return; // What does not count may be written to all the time.
    }
    // What is not known yet is found from the nearest that is.
    let known = directory;
    while (!this.#seen.has(known) && !this.#roots.has(known) && known !== dirname(known)) {
      known = dirname(known);
    }
    this.#due.add(known);
    this.#lookSoon(Math.max(SETTLE_MS, this.#restsUntilMs - performance.now()));
  }

  /** Whether it may be a file that counts, or a directory that is looked into, or was one of these. */
  #matters(directory: string, name: string): boolean {
    const path = join(directory, name);
    const only = this.#roots.get(directory) ?? null;
    if (only !== null && !only.has(path)) return false;
    if (this.filter.counts(path)) return true;
    if (!this.filter.enters(path)) return false;
    return this.#seen.get(directory)?.directories.has(name) === true || isDirectory(path);
  }

  #lookSoon(inMs: number): void {
    if (this.#isClosed) return;
    this.#looking ??= setTimeout(() => {
      this.#looking = null;
      this.#look();
    }, inMs);
  }

  #look(): void {
    const fromMs = performance.now();
    for (const directory of this.#due) {
      this.#due.delete(directory);
      this.#lookInto(directory);
      if (performance.now() - fromMs > SLICE_MS) break;
    }
    this.#lookedMs += performance.now() - fromMs;
    if (this.#due.size > 0) return this.#lookSoon(0);
    const changed = [...this.#changed];
    this.#changed = new Set();
    const wasComplete = this.#isComplete;
    this.#isComplete = true;
    this.#tellLimits();
    // At first there was nothing that it could differ from.
    if (!wasComplete) this.#listener.completed();
    else if (changed.length > 0) this.#listener.changed(changed);
    this.#pollWhereNeeded();
    // The first look is the longest, and says nothing of those to come.
    if (wasComplete) {
      this.#restsUntilMs = performance.now() + Math.min(this.#lookedMs * REST_SHARE, REST_MAX_MS);
    }
    this.#lookedMs = 0;
  }

  #lookInto(directory: string): void {
    const before = this.#seen.get(directory);
    const only = this.#roots.get(directory) ?? null;
    // Before it is looked into, so that nothing comes in between.
    const isHinted = this.#hints.has(directory);
    const code = isHinted ? null : this.#hints.add(directory);
    const look = lookInto(directory, this.filter, only);
    if (!look.ok) return this.#lost(directory, look.code);
    const { seen } = look;
    const isLinked = seen.hasLinks || (this.#roots.has(directory) && isReachedByLink(directory));
    if (isLinked) this.#linked.add(directory);
    else this.#linked.delete(directory);
    if (isHinted && before !== undefined && before.inode !== seen.inode) {
      this.#hints.remove(directory);
      this.#due.add(directory);
    }
    this.#note(directory, code === null ? null : hintTrouble(code));
    for (const path of only ?? []) {
      const name = basename(path);
      const isThere = seen.files.has(name) || seen.directories.has(name);
      this.#note(path, isThere ? null : NOT_THERE);
    }
    this.#remember(directory, before, seen);
  }

  #remember(directory: string, before: SeenDirectory | undefined, seen: SeenDirectory): void {
    const size = seen.files.size + 1;
    const sizeBefore = before === undefined ? 0 : before.files.size + 1;
    if (this.#entries + size - sizeBefore > limits.watchedEntries) {
      this.#hints.remove(directory);
      return this.#note("", `there are more than ${limits.watchedEntries} files`);
    }
    this.#entries += size - sizeBefore;
    this.#seen.set(directory, seen);
    for (const name of changedFiles(before?.files ?? new Map(), seen.files)) {
      this.#changed.add(join(directory, name));
    }
    for (const [name, inode] of seen.directories) {
      if (before?.directories.get(name) !== inode) this.#due.add(join(directory, name));
    }
    for (const name of before?.directories.keys() ?? []) {
      if (!seen.directories.has(name)) this.#forget(join(directory, name));
    }
  }

  /** It cannot be read, or is not there any more. What it held is gone, too. */
  #lost(directory: string, code: string): void {
    this.#forget(directory);
    const isGone = code === "ENOENT" || code === "ENOTDIR";
    if (!isGone) this.#note(directory, `it cannot be read (${code})`);
    else if (this.#roots.has(directory)) this.#note(directory, NOT_THERE);
  }

  #forget(directory: string): void {
    this.#hints.remove(directory);
    this.#linked.delete(directory);
    this.#note(directory, null);
    const seen = this.#seen.get(directory);
    if (seen === undefined) return;
    this.#seen.delete(directory);
    this.#entries -= seen.files.size + 1;
    for (const name of seen.files.keys()) this.#changed.add(join(directory, name));
    for (const name of seen.directories.keys()) this.#forget(join(directory, name));
  }

  #note(directory: string, trouble: string | null): void {
    if (trouble === null) this.#troubles.delete(directory);
    else this.#troubles.set(directory, trouble);
  }

  #reason(): string | null {
    const [first] = this.#troubles;
    if (first === undefined) return null;
    const [directory, trouble] = first;
    const where = directory === "" ? "" : `${this.filter.nameOf(directory)}: `;
    const more = this.#troubles.size > 1 ? ` (and ${this.#troubles.size - 1} more)` : "";
    return `${where}${trouble}${more}`;
  }

  #tellLimits(): void {
    const reason = this.#reason();
    // The same trouble with one directory more or less is none to be told again.
    if ((reason === null) === (this.#told === null)) return;
    this.#told = reason;
    this.#listener.limited(reason);
  }

  #pollWhereNeeded(): void {
    // One that is due is not put off by hints of other directories.
    if (this.#polling !== null || this.#isClosed || this.#unhinted().length === 0) return;
    this.#polling = setTimeout(
      () => {
        this.#polling = null;
        for (const directory of this.#unhinted()) this.#due.add(directory);
        this.#lookSoon(0);
      },
      Math.max(POLL_MS, this.#lookedMs * POLL_SHARE),
    );
  }

  /** Directories without hints, or without all of them, and those that are not there. */
  #unhinted(): string[] {
    const isHinted = (it: string): boolean =>
      this.#seen.has(it) && this.#hints.has(it) && !this.#linked.has(it);
    return [...this.#roots.keys(), ...this.#seen.keys()].filter((it) => !isHinted(it));
  }
}

const NOT_THERE = "it is not there";

function hintTrouble(code: string): string {
  const limit =
    code === "ENOSPC" || code === "EMFILE"
      ? ": the system's limit of watches is reached (raise fs.inotify.max_user_watches)"
      : "";
  return `no hints of changes can be had (${code}), it is looked at every second instead${limit}`;
}

/** A link to one is none: it is not followed. */
function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
