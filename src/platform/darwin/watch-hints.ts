/** On macOS a watch of a directory is one of all that is in it (FSEvents), at the same cost: the first directory of a tree
 *  is watched, and those in it are known by that. */

import { watch } from "node:fs";
import { dirname, join } from "node:path";
import type { Hints, OnHint } from "../watcher/hints.ts";
import { PlacedWatches } from "../watcher/placed-watches.ts";

export function darwinHints(onHint: OnHint): Hints {
  const watches = new PlacedWatches(onHint);
  const covers = (directory: string): boolean =>
    watches.directories.some((root) => directory === root || directory.startsWith(`${root}/`));
  return {
    has: covers,
    add(directory) {
      // One that was replaced is another directory under the same name.
      watches.remove(directory);
      if (covers(directory)) return null;
      return watches.place(directory, () =>
        watch(directory, { recursive: true }, (_, name) => {
          if (name === null) return onHint(directory, null);
          const path = join(directory, name);
          onHint(dirname(path), null);
        }),
      );
    },
    remove: (directory) => watches.remove(directory),
    close: () => watches.close(),
  };
}
