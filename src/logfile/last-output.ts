/** The last lines of an instance, both streams together, as text: what is shown beside a failure. */

import type { RunId } from "../model/ids.ts";
import { viewAsItIs } from "./log-view.ts";
import { LOG_STREAMS, streamKey, type LogOwner } from "./paths.ts";
import type { Piece } from "./pieces.ts";
import { beginningOf } from "./places.ts";

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
    found.push(...linesOf(own));
  }
  return found.slice(-lines);
}

function linesOf(pieces: readonly Piece[]): string[] {
  const lines: string[] = [];
  /** Where the line of a stream that is not at its end stands. */
  const begun = new Map<string, number>();
  for (const piece of pieces) {
    const texts = piece.bytes.toString().split("\n");
    // What follows the last line end is no line unless it is one that has none.
    if (!piece.open) texts.pop();
    const key = streamKey(piece);
    const goesOn = begun.get(key);
    if (goesOn !== undefined) lines[goesOn] += texts.shift() ?? "";
    lines.push(...texts);
    if (!piece.open) begun.delete(key);
    else if (goesOn === undefined || texts.length > 0) begun.set(key, lines.length - 1);
  }
  return lines.map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}
