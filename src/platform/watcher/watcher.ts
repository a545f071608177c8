/** Watches files for many: those who ask for the same share one look at it, and nobody who does not ask costs anything. */

import { limits } from "../../model/limits.ts";
import type { WatchListener, WatchReport, WatchRequest } from "../../model/watch.ts";
import type { Watch, Watcher } from "../../supervisor/ports.ts";
import { WatchedTree } from "./tree.ts";

export function createWatcher(): Watcher {
  const shared = new Map<string, SharedTree>();
  return {
    watch(request, listener): Watch {
      const { sinceMs: _, ...what } = request;
      const key = JSON.stringify(what);
      const tree = shared.get(key) ?? new SharedTree(what);
      shared.set(key, tree);
      tree.join(listener, request.sinceMs);
      return {
        report: () => tree.report(),
        stop() {
          if (tree.leave(listener)) shared.delete(key);
        },
      };
    },
  };
}

class SharedTree {
  readonly #tree: WatchedTree;
  readonly #listeners = new Map<WatchListener, number>();

  constructor(request: Omit<WatchRequest, "sinceMs">) {
    this.#tree = new WatchedTree(request, {
      completed: () => {
        for (const [listener, sinceMs] of this.#listeners) this.#tellNewer(listener, sinceMs);
      },
      changed: (paths) => {
        for (const listener of this.#listeners.keys()) this.#tell(listener, paths);
      },
      limited: (reason) => {
        for (const listener of this.#listeners.keys()) listener.limited(reason);
      },
    });
  }

  join(listener: WatchListener, sinceMs: number): void {
    this.#listeners.set(listener, sinceMs);
    if (!this.#tree.isComplete) return;
    const { limited } = this.#tree.report();
    if (limited !== null) listener.limited(limited);
    this.#tellNewer(listener, sinceMs);
  }

  /** True when nobody is left. */
  leave(listener: WatchListener): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#tree.close();
    return true;
  }

  report(): WatchReport {
    return this.#tree.report();
  }

  #tellNewer(listener: WatchListener, sinceMs: number): void {
    this.#tell(listener, this.#tree.modifiedSince(sinceMs));
  }

  #tell(listener: WatchListener, paths: readonly string[]): void {
    if (paths.length === 0) return;
    const names = paths.map((path) => this.#tree.filter.nameOf(path)).toSorted();
    listener.changed({ files: names.slice(0, limits.changedFilesNamed), count: names.length });
  }
}
