/** The tools that read what processes write. */

import { fail } from "../../model/errors.ts";
import { AD_HOC_PROJECT } from "../../model/ids.ts";
import { parseTimestamp } from "../../model/timestamp.ts";
import type { ToolInput } from "../../protocol/mcp/tools.ts";
import { excerptOf, type Excerpt } from "./excerpt.ts";
import type { LineRequest } from "./port.ts";
import { meant } from "./targets.ts";
import type { Tool, ToolCall } from "./tool-call.ts";

export const getProcessOutput: Tool<"get_process_output"> = async (input, call) => {
  const { targets, isOne } = await logTargets(call, input);
  const found = await read(call, input, { targets, names: !isOne });
  return {
    structured: { pid: input.pid, ...answerOf(input, found) },
    text: textOf(found, input.cursor === undefined ? "The log is empty." : "Nothing new."),
  };
};

export const searchLogs: Tool<"search_logs"> = async (input, call) => {
  const { pattern, level } = input;
  if (pattern === undefined && level === undefined) {
    fail("INVALID_PARAMETER", "Cannot tell what to search for: give `pattern` or `level`");
  }
  if (pattern === undefined && (input.invert || input.ignore_case)) {
    const needless = input.invert ? "invert" : "ignore_case";
    fail("INVALID_PARAMETER", `Cannot use \`${needless}\` without \`pattern\``);
  }
  const { pid, project } = input;
  const { targets } =
    pid === undefined ? await everyTarget(call, project) : await logTargets(call, { pid, project });
  const found = await read(call, input, {
    targets,
    names: true,
    grep: pattern ?? null,
    level: level ?? null,
    ignoreCase: input.ignore_case,
    invert: input.invert,
    around: input.context_lines,
  });
  return { structured: answerOf(input, found), text: textOf(found, "Nothing matches.") };
};

type ExcerptInput = Omit<ToolInput<"get_process_output">, "pid">;

interface What extends Partial<Omit<LineRequest, "targets">> {
  readonly targets: readonly string[];
  readonly names: boolean;
}

/** Logs outlive their processes, so one that nothing is known of any more may have some. */
async function logTargets(
  call: ToolCall,
  of: { readonly pid: string | number; readonly project?: string | undefined },
): Promise<{ readonly targets: readonly string[]; readonly isOne: boolean }> {
  const isName = !/^\d+$/.test(String(of.pid));
  try {
    const { target, statuses } = await meant(call, of);
    const [{ id }, ...others] = statuses;
    return { targets: [isName ? target : id], isOne: others.length === 0 };
  } catch (error) {
    if (!isName) throw error;
    return { targets: [String(of.pid)], isOne: true };
  }
}

/** The whole project; outside of one, all that belongs to none. */
async function everyTarget({ port, signal }: ToolCall, project: string | undefined) {
  const place = port.placeOf(project ?? null);
  if (project !== undefined || place.exact) return { targets: [] };
  const here = await port.look("list", { ...place, targets: [], all: false }, signal);
  return { targets: (here ?? []).length > 0 ? [] : [`${AD_HOC_PROJECT}/all`] };
}

async function read(call: ToolCall, input: ExcerptInput, what: What): Promise<Excerpt> {
  const cursor = input.cursor ?? null;
  const { names, ...asked } = what;
  const request: LineRequest = {
    place: call.port.placeOf(input.project ?? null),
    stream: input.stream === "both" || input.stream === "combined" ? null : input.stream,
    // One more tells that there are more.
    lines: cursor === null ? input.lines + 1 : null,
    sinceMs: cursor === null ? momentOf(input.since_time, "since_time") : null,
    untilMs: lastBefore(momentOf(input.before_time, "before_time")),
    cursor,
    grep: null,
    ignoreCase: false,
    invert: false,
    level: null,
    around: 0,
    ...asked,
  };
  if (cursor !== null && input.since_time !== undefined) {
    fail("INVALID_PARAMETER", "Cannot begin at two places: give `cursor` or `since_time`");
  }
  const style = { lines: input.lines, maxBytes: input.max_bytes, timestamps: input.timestamps };
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  try {
    return await excerptOf(call.port.lines(request, signal), { ...style, names, cursor });
  } finally {
    over.abort();
  }
}

function momentOf(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const hint = "It is a duration back from now (10m), or a timestamp (2026-01-31T10:00:00Z).";
  return (
    parseTimestamp(text, Date.now()) ??
    fail("INVALID_PARAMETER", `Cannot understand \`${name}\` ${text}`, hint)
  );
}

/** Up to then, not then. */
function lastBefore(momentMs: number | null): number | null {
  return momentMs === null ? null : momentMs - 1;
}

function answerOf(input: ExcerptInput, found: Excerpt) {
  return {
    stream: input.stream,
    lines_requested: input.lines,
    lines_returned: found.lines,
    output: found.text,
    truncated: found.truncated,
    timestamp_range: { start: found.start, end: found.end },
    cursor: found.cursor,
    missed_bytes: found.missedBytes,
  };
}

/** The lines, and one that says what is around them. */
function textOf(found: Excerpt, none: string): string {
  const { text, lines, truncated, cursor, missedBytes } = found;
  const notes = [
    `${lines} ${lines === 1 ? "line" : "lines"}`,
    ...(truncated ? ["truncated"] : []),
    ...(missedBytes > 0 ? [`${missedBytes} bytes missed`] : []),
    ...(cursor === null ? [] : [`cursor=${cursor}`]),
  ];
  return `${lines === 0 ? none : text}\n-- ${notes.join(", ")}`;
}
