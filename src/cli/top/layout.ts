/** Which part of the screen has how many rows. */

import type { Paint } from "../output.ts";
import type { LogStyle } from "./log-window.ts";
import { reasonText } from "./reason-text.ts";
import { rowsOf, selectedStatus } from "./rows.ts";
import { wrapTo } from "./screen-line.ts";
import type { Size, TopState } from "./state.ts";

export interface Layout {
  /** Rows of the table without its titles; 0: it is not seen. */
  readonly table: number;
  /** Why the selected one is not fine. */
  readonly reason: readonly string[];
  readonly hasCourse: boolean;
  /** Rows of the log, or of what stands in its place; 0: there is no room for it. */
  readonly body: number;
}

/** Head, titles, the line between, and the keys. */
const FIXED = 4;
/** The table has half of the rest, and these anyway. */
const LEAST_TABLE = 3;
const LEAST_BODY = 2;
/** With fewer rows or columns the log is worth more than a course. */
const COURSE_FROM = { body: 6, columns: 60 } as const;
const REASON_FROM = 4;
const MOST_REASONS = 2;

export function layoutOf(state: TopState): Layout {
  const { columns, rows } = state.size;
  if (state.isWhole || state.pane.kind === "help") {
    return { table: 0, reason: [], hasCourse: false, body: Math.max(1, rows - 2) };
  }
  const wanted = Math.max(1, rowsOf(state).length);
  const free = rows - FIXED;
  if (free < LEAST_TABLE + LEAST_BODY && wanted > free - LEAST_BODY) {
    return { table: Math.max(1, free + 1), reason: [], hasCourse: false, body: 0 };
  }
  const table = Math.min(wanted, Math.max(LEAST_TABLE, Math.floor(free / 2)));
  const below = free - table;
  if (state.pane.kind !== "log") return { table, reason: [], hasCourse: false, body: below };
  const status = selectedStatus(state);
  const text = status === null ? "" : reasonText(status, state.nowMs);
  const most = below < REASON_FROM || text === "" ? 0 : below > COURSE_FROM.body ? MOST_REASONS : 1;
  const reason = wrapTo(text, Math.max(1, columns - 2)).slice(0, most);
  const left = below - reason.length;
  const hasCourse =
    left >= COURSE_FROM.body &&
    columns >= COURSE_FROM.columns &&
    (state.history?.history?.points.length ?? 0) > 0 &&
    state.history?.id === state.choice.key;
  return { table, reason, hasCourse, body: left - (hasCourse ? 1 : 0) };
}

/** Of the log. */
export function bodySize(state: TopState): Size {
  return { columns: state.size.columns, rows: layoutOf(state).body };
}

export function logStyle(state: TopState, paint: Paint): LogStyle {
  return { paint, hasColor: paint("bold", "") !== "", wraps: state.isWhole };
}
