/** Where in a stream the output of a run begins, by the index beside its files. */

import { RUN_ID_BYTES } from "./index-records.ts";
import { LineTimes } from "./line-times.ts";
import { logPath, type LogOwner, type LogStream } from "./paths.ts";
import { listSegments, type Segment } from "./segments.ts";

/** The place of the first byte that the run has written; where the stream ends, when it has written none. */
export function beginningOfRun(
  home: string,
  owner: LogOwner,
  stream: LogStream,
  runId: string,
): number {
  // A record stands before the bytes that it speaks of, so what ends here is in the index.
  const segments = listSegments(logPath(home, owner, stream));
  const last = segments.at(-1);
  let place = last === undefined ? 0 : last.base + last.size;
  for (const segment of segments.toReversed()) {
    const offset = firstOf(segment, runId);
    if (offset !== null) place = segment.base + offset;
    // It began in this file; or what came after it did.
    if (offset !== null && offset > 0) break;
  }
  return place;
}

function firstOf(segment: Segment, runId: string): number | null {
  const times = new LineTimes(segment);
  for (let at = 0; at < segment.size;) {
    const mark = times.at(at);
    if (mark.runId === runId.slice(0, RUN_ID_BYTES)) return at;
    at = mark.until;
  }
  return null;
}
