/** Notices that nobody reads standard output any more while there is nothing to write: `logs -f | head -1` should end
 *  with `head`, not with the next line of a quiet process. */

import { constants, fstatSync, openSync } from "node:fs";

/** Aborts when the reader of a pipe is gone. Where that cannot be told, the next write finds out. */
export async function whenReaderIsGone(ended: AbortController): Promise<void> {
  if (process.platform !== "linux" || !fstatSync(1).isFIFO()) return;
  // An opening of its own: waiting on one makes it non-blocking, and that of standard output is shared with others.
  const fd = openSync("/proc/self/fd/1", constants.O_WRONLY | constants.O_NONBLOCK);
  const gone = (): void => ended.abort();
  // Bun asks for a handler of data; the writing end of a pipe has none.
  const socket = { close: gone, error: gone, data: (): void => {} };
  const options: Bun.FdSocketOptions = { fd, socket };
  // The overloads of Bun.connect leave these options out.
  await Bun.connect(options as Bun.FdSocketOptions & Bun.TCPSocketConnectOptions);
}
