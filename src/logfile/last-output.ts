/** The last lines of an instance, both streams together, as text: what is shown beside a failure. */

import type { RunId } from "../model/ids.ts";
import { viewAsItIs } from "./log-view.ts";
import { LOG_STREAMS, type LogOwner } from "./paths.ts";
import { beginningOf } from "./places.ts";
import { textLines } from "./text-lines.ts";

export interface LastOutput {
  readonly lines: number;
  /** Only what that run wrote; null: whatever is there. */
  readonly runId: RunId | null;
}

/** Characters of a line; what is longer is cut. */
const LINE_LENGTH = 1_000;

/** Without line ends, oldest first. */
export async function lastOutput(
  home: string,
  owner: LogOwner,
  { lines, runId }: LastOutput,
): Promise<string[]> {
  const span = { lines, sinceMs: null, untilMs: null };
  const view = viewAsItIs({
    home,
    positions: LOG_STREAMS.map((stream) => {
      return { owner, stream, place: beginningOf(home, owner, stream, span) };
    }),
    lines,
  });
  const found: string[] = [];
  for await (const { pieces } of view) {
    // Of which run bytes are is not known when the index was lost.
    const own = pieces.filter((it) => runId === null || it.runId === null || it.runId === runId);
    found.push(...textLines(own, LINE_LENGTH).map(({ text }) => text));
  }
  return found.slice(-lines);
}
