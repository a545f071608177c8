/** What is asked of a log, and how older lines are asked for. */

import type { LogLine } from "../protocol/logs.ts";

export interface LogQuery {
  /** A regular expression. */
  readonly grep: string;
  /** Empty: all of them. */
  readonly level: string;
  readonly stream: string;
  /** So many lines around each that is found. */
  readonly context: string;
  readonly project: string | null;
}

export function logPath(
  target: string,
  { grep, level, stream, context, project }: LogQuery,
  more: Readonly<
    Record<"lines", string> & Partial<Record<"cursor" | "before" | "follow", string | null>>
  >,
): string {
  const ignoreCase = grep === "" ? null : "true";
  const around = grep === "" && level === "" ? null : context;
  const given = { project, level, stream, grep, ignoreCase, context: around, ...more };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== "") query.set(name, value);
  }
  return `/api/processes/${encodeURIComponent(target)}/logs?${query}`;
}

/** What stands before the lines that are shown. Many lines may be of the same millisecond: those that are shown are
 *  asked for again, and left out afterwards. */
export function olderThan(shown: readonly LogLine[], lines: number) {
  const first = shown[0];
  if (first === undefined) return { before: null, lines: String(lines) };
  const sameTime = shown.filter(({ time }) => time === first.time).length;
  const before = new Date(Date.parse(first.time) + 1).toISOString();
  return { before, lines: String(lines + sameTime) };
}

export function withoutShown(older: readonly LogLine[], shown: readonly LogLine[]): LogLine[] {
  const known = new Set(shown.map(keyOf));
  return older.filter((line) => !known.has(keyOf(line)));
}

/** Why it is no regular expression; empty when it is one. */
export function expressionFault(grep: string): string {
  try {
    void new RegExp(grep);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function keyOf({ process, instance, stream, cursor }: LogLine): string {
  return `${process}.${instance} ${stream} ${cursor}`;
}
