/** On macOS a watch of a directory is one of all that is in it (FSEvents), at the same cost: the first directory of a tree
 *  is watched, and those in it are known by that. */

import { watch, type FSWatcher } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "../error-code.ts";
import { HINTS_RETRY_MS, type Hints, type OnHint } from "../watcher/hints.ts";

export function darwinHints(onHint: OnHint): Hints {
  const watches = new Map<string, FSWatcher>();
  const covers = (directory: string): boolean =>
    [...watches.keys()].some((root) => directory === root || directory.startsWith(`${root}/`));
  const remove = (directory: string): void => {
    watches.get(directory)?.close();
    watches.delete(directory);
  };
  return {
    has: covers,
    add(directory) {
      // One that was replaced is another directory under the same name.
      remove(directory);
      if (covers(directory)) return null;
      try {
        const handle = watch(directory, { recursive: true }, (_, name) => {
          if (name === null) return onHint(directory, null);
          const path = join(directory, name);
          onHint(dirname(path), null);
        });
        handle.on("error", () => {
          if (watches.get(directory) === handle) remove(directory);
          setTimeout(() => onHint(directory, null), HINTS_RETRY_MS).unref();
        });
        watches.set(directory, handle);
        return null;
      } catch (error) {
        return codeOf(error);
      }
    },
    remove,
    close() {
      for (const handle of watches.values()) handle.close();
      watches.clear();
    },
  };
}
