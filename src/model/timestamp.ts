/** Points in time as people write them: a duration back from now, or a timestamp. */

import { parseDuration } from "./duration.ts";

/** Milliseconds since 1970, or null when `text` is neither `10m` nor something like `2026-01-31T10:00:00Z`. */
export function parseTimestamp(text: string, nowMs: number): number | null {
  const back = /^[\d.]+$/.test(text) ? null : parseDuration(text);
  if (back !== null) return nowMs - back;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
