/** Notices that nobody reads standard output any more while there is nothing to write: `logs -f | head -1` should end
 *  with `head`, not with the next line of a quiet process. */

import { closeSync, constants, fstatSync, openSync } from "node:fs";

const LOOK_MS = 250;

/** Aborts when the reader of a pipe is gone. Where that cannot be told, the next write does. */
export function whenReaderIsGone(ended: AbortController): void {
  if (process.platform !== "linux" || !fstatSync(1).isFIFO()) return;
  const timer = setInterval(() => {
    if (hasReader()) return;
    clearInterval(timer);
    ended.abort();
  }, LOOK_MS);
  timer.unref();
  ended.signal.addEventListener("abort", () => clearInterval(timer));
}

/** A pipe without a reader cannot be opened for writing without waiting: ENXIO, fifo(7). */
function hasReader(): boolean {
  try {
    closeSync(openSync("/proc/self/fd/1", constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENXIO");
  }
}
