/** Searches output for `log` probes, off the daemon's main thread: however much is written, and however long a regular
 *  expression takes. */

import { Searching } from "./searching.ts";
import type { SearchCommand } from "./search-messages.ts";

const searching = new Searching();

addEventListener("message", ({ data: command }: MessageEvent<SearchCommand>) => {
  const answer = searching.carryOut(command);
  if (answer !== null) postMessage(answer);
});
