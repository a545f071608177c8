/** Which lines of a log are seen, and how one moves among them. */

import { isoOf } from "../../logfile/json-lines.ts";
import type { LastLine, LastLines } from "../../logfile/last-lines.ts";
import type { Paint } from "../output.ts";
import { cutTo, screenLine, wrapTo } from "./screen-line.ts";
import type { Log, Size } from "./state.ts";

export interface LogStyle {
  readonly paint: Paint;
  /** Colours of the programs themselves are shown. */
  readonly hasColor: boolean;
  /** Long lines go on in the next row; else they are cut. */
  readonly wraps: boolean;
}

export interface LogWindow {
  /** The lines from one up to another, which is not seen. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly string[];
}

export function windowOf(log: Log, size: Size, style: LogStyle): LogWindow {
  const { position, lines } = log;
  if (position.kind === "begin") return below(log, 0, size, style);
  const to = position.kind === "end" ? lines.length : Math.min(position.line, lines.length);
  const rows: string[] = [];
  let from = to;
  while (from > 0 && rows.length < size.rows) {
    from -= 1;
    rows.unshift(...rowsOfLine(log, from, size.columns, style));
  }
  // There is room at the bottom only where there is nothing more above.
  if (rows.length < size.rows) return below(log, 0, size, style);
  return { from, to, rows: rows.slice(-size.rows) };
}

/** Seen from one line on. */
function below(log: Log, from: number, { columns, rows: most }: Size, style: LogStyle): LogWindow {
  const rows: string[] = [];
  let to = from;
  while (to < log.lines.length && rows.length < most) {
    rows.push(...rowsOfLine(log, to, columns, style));
    to += 1;
  }
  return { from, to, rows: rows.slice(0, most) };
}

function rowsOfLine(log: Log, at: number, columns: number, style: LogStyle): string[] {
  const line = log.lines[at];
  if (line === undefined) return [];
  const text = textOf(log, line, style);
  return style.wraps ? wrapTo(text, columns) : [cutTo(text, columns)];
}

function textOf({ search, hasTimes }: Log, line: LastLine, { paint, hasColor }: LogStyle): string {
  const { text } = line;
  const own = screenLine(text);
  const shown = hasColor && search === null ? own : Bun.stripANSI(own);
  const marked =
    search === null
      ? shown
      : shown.replace(search.lines.anywhere, (found) =>
          found === "" ? "" : paint("bold", paint("yellow", found)),
        );
  return hasTimes ? `${paint("gray", timeText(line.timeMs))} ${marked}` : marked;
}

/** `14:03:59.123`, in local time, as a clock beside the terminal has it. */
function timeText(timeMs: number): string {
  const offsetMs = new Date(timeMs).getTimezoneOffset() * 60_000;
  return isoOf(timeMs - offsetMs).slice(11, 23);
}

/** A page on from what is seen, one line of which stays. */
export function paged(log: Log, by: "up" | "down", size: Size, style: LogStyle): Log {
  const seen = windowOf(log, size, style);
  if (by === "up") return upTo(log, Math.max(1, seen.from + 1), size, style);
  return upTo(log, below(log, Math.max(0, seen.to - 1), size, style).to, size, style);
}

export function scrolled(log: Log, by: number, size: Size, style: LogStyle): Log {
  return upTo(log, windowOf(log, size, style).to + by, size, style);
}

/** What stands at an edge is the edge: more may come there. */
function upTo(log: Log, line: number, size: Size, style: LogStyle): Log {
  if (line >= log.lines.length) return { ...log, position: { kind: "end" } };
  const position = { kind: "up-to", line: Math.max(1, line) } as const;
  const { from, to } = windowOf({ ...log, position }, size, style);
  if (to >= log.lines.length) return { ...log, position: { kind: "end" } };
  return { ...log, position: from === 0 && log.isAll ? { kind: "begin" } : position };
}

/** The same with more lines above it. */
export function withOlder(log: Log, { lines, isAll }: LastLines): Log {
  const { position } = log;
  const added = lines.length - log.lines.length;
  const moved =
    position.kind === "up-to"
      ? { ...position, line: Math.max(1, position.line + added) }
      : position;
  return { ...log, lines, isAll, position: moved };
}
