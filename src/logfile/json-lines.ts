/** Log lines as JSON, one document a line; contract §3. */

import type { LogParse } from "../model/spec.ts";
import type { Cursor } from "./cursor.ts";
import { parseLine } from "./line-parser.ts";
import type { Missed, ViewBatch } from "./log-view.ts";
import type { LogOwner } from "./paths.ts";
import type { Piece } from "./pieces.ts";

const NEWLINE = 10;

export class JsonLines {
  readonly #cursor: Cursor;
  readonly #parse: (owner: LogOwner) => LogParse;

  constructor(cursor: Cursor, parse: (owner: LogOwner) => LogParse) {
    this.#cursor = cursor;
    this.#parse = parse;
  }

  render({ pieces, passed, missed }: ViewBatch): Uint8Array {
    for (const position of passed) this.#cursor.pass(position, position.place);
    const lines = missed.map((gap) => `${JSON.stringify(gapOf(gap))}\n`);
    for (const piece of pieces) this.#lines(piece, lines);
    return Buffer.from(lines.join(""));
  }

  finish(): string {
    return "";
  }

  #lines(piece: Piece, lines: string[]): void {
    const { owner, stream, timeMs, runId, bytes, place, open } = piece;
    const { project, process, index } = owner;
    const parse = this.#parse(owner);
    const shape = { time: isoOf(timeMs), project, process, instance: index, runId, stream };
    // The same for every line of a piece: making it once halves the time.
    const head = JSON.stringify(shape).slice(0, -1);
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, from);
      const to = end < 0 ? bytes.length : end;
      const line = bytes.toString("utf8", from, to);
      from = Math.min(to + 1, bytes.length);
      const partial = end < 0 && open;
      const cursor = this.#cursor.at(piece, place + from);
      const rest = JSON.stringify({ line, partial, ...parseLine(line, parse), cursor });
      lines.push(`${head},${rest.slice(1)}\n`);
    }
  }
}

/** Stands where lines are missing, so that a script cannot overlook it. */
function gapOf({ owner, stream, bytes }: Missed) {
  const { project, process, index } = owner;
  return { project, process, instance: index, stream, line: null, missedBytes: bytes };
}

let lastMs = Number.NaN;
let lastIso = "";

/** Many lines share a time. */
export function isoOf(timeMs: number): string {
  if (timeMs !== lastMs) {
    lastMs = timeMs;
    lastIso = new Date(timeMs).toISOString();
  }
  return lastIso;
}
