/** Files of the simulated world: edited by people, and by programs that write what they watch themselves. */

import type { ProcessName } from "../../src/model/ids.ts";
import type { WatchListener } from "../../src/model/watch.ts";
import type { Watcher } from "../../src/supervisor/ports.ts";
import { monoOf } from "./sim-clock.ts";
import { Random } from "./random.ts";
import type { Later } from "./side-ports.ts";

/** From an edit until it is told. */
const TOLD_WITHIN_MS = 50;

/** What some are sent when their files change; none is stopped with it. */
export const WATCH_SIGNAL = "SIGHUP";

export const fileOf = (process: ProcessName): string => `/sim/${process}`;

interface Telling {
  readonly atMs: number;
  /** The number of the edit. */
  readonly edit: number;
}

export class SimFiles {
  readonly #random: Random;
  /** Whether programs write a file of another name each time. */
  readonly isAnew: boolean;
  readonly #listeners = new Map<WatchListener, readonly string[]>();
  /** By path; on the clock that only goes on. */
  readonly #editedMs = new Map<string, number>();

  /** How often each was edited. */
  readonly #edits = new Map<string, number>();
  /** The file that was written last, where it is another one each time. */
  readonly #newest = new Map<string, string>();
  /** When it was last told of, and of which edit. */
  readonly #told = new Map<string, Telling>();
  readonly #world: { readonly nowMs: number };
  readonly #later: Later;

  constructor(seed: number, world: { readonly nowMs: number }, later: Later) {
    this.#random = new Random(seed ^ 0xf11e);
    this.isAnew = new Random(seed ^ 0xca5e).chance(0.5);
    this.#world = world;
    this.#later = later;
  }

  editedMs(process: ProcessName): number | undefined {
    return this.#editedMs.get(fileOf(process));
  }

  told(process: ProcessName): Telling | undefined {
    return this.#told.get(fileOf(process));
  }

  edit(process: ProcessName): void {
    this.#newest.delete(fileOf(process));
    this.#write(fileOf(process));
  }

  #write(path: string): void {
    this.#editedMs.set(path, this.#world.nowMs);
    this.#edits.set(path, (this.#edits.get(path) ?? 0) + 1);
    const listeners = [...this.#listeners].flatMap(([it, paths]) =>
      paths.includes(path) ? it : [],
    );
    this.#tell(listeners, path, this.#later);
  }

  /** By a run, which writes only while it lives. Several, each at a time of its own, are found out only by the file, so
   *  it is the same for them. */
  scribble(
    process: ProcessName,
    { inMs, isAlone }: { readonly inMs: number; readonly isAlone: boolean },
    lives: () => boolean,
  ): void {
    const path = fileOf(process);
    this.#later(inMs, () => {
      if (!lives()) return;
      if (!this.isAnew || !isAlone) return this.edit(process);
      this.#newest.set(path, `${path}/${this.#edits.get(path) ?? 0}`);
      this.#write(path);
    });
  }

  /** Of a new daemon; nothing is told to the one before any more. */
  watcher(later: Later): Watcher {
    this.#listeners.clear();
    return {
      watch: ({ paths, sinceMs }, listener) => {
        this.#listeners.set(listener, paths);
        const newer = paths.filter((it) => (this.#editedMs.get(it) ?? -1) > monoOf(sinceMs));
        for (const path of newer) this.#tell([listener], path, later);
        return {
          report: () => ({ files: 1, directories: 1, limited: null }),
          stop: () => void this.#listeners.delete(listener),
        };
      },
    };
  }

  /** All at once. */
  #tell(listeners: readonly WatchListener[], path: string, later: Later): void {
    const edit = this.#edits.get(path) ?? 0;
    const files = [this.#newest.get(path) ?? path];
    later(this.#random.between(0, TOLD_WITHIN_MS), () => {
      for (const listener of listeners) {
        if (!this.#listeners.has(listener)) continue;
        this.#told.set(path, { atMs: this.#world.nowMs, edit });
        listener.changed({ files, count: 1 });
      }
    });
  }
}
