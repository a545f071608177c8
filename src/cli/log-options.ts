/** What the flags of `logs` ask for, each read or refused by name. */

import type { FilterRules } from "../logfile/line-filter.ts";
import { levelOf, LOG_LEVELS, type LogLevel } from "../logfile/levels.ts";
import { lineSearch, type LineSearch } from "../logfile/line-search.ts";
import { parseCursor } from "../logfile/cursor.ts";
import { LOG_STREAMS, type LogStream } from "../logfile/paths.ts";
import { fail } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import { parseSize } from "../model/size.ts";
import type { CommandContext } from "./command.ts";
import { PLAIN_MIN_BYTES } from "./render/log-plain.ts";
import { timestampFlag } from "./timestamps.ts";
import { isTerminal } from "./is-terminal.ts";

export interface LogOptions {
  readonly follow: boolean;
  readonly streams: readonly LogStream[];
  /** The last so many; null: all. */
  readonly lines: number | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Null: every line. */
  readonly rules: FilterRules | null;
  /** Places by the keys of streams; null: not asked for. */
  readonly cursor: ReadonlyMap<string, number> | null;
  /** The most that `--plain` writes; null: not asked for. */
  readonly plainBytes: number | null;
}

/** On a terminal, unless something was asked: more than that scrolls by unread. */
const TERMINAL_LINES = 200;

/** Following begins with a little of what was before, unless something was asked. */
const FOLLOW_LINES = 10;

export function logOptions(context: CommandContext): LogOptions {
  const { args } = context;
  const untilMs = timestampFlag(context, "until");
  const sinceMs = timestampFlag(context, "since");
  const cursor = cursorOf(context);
  const lines = countFlag(context, "lines");
  const follow = args.isSet("follow");
  if (follow && untilMs !== null)
    fail("USAGE", "Cannot follow up to a time: --until and -f exclude each other");
  if (cursor !== null && (lines !== null || sinceMs !== null)) {
    fail("USAGE", "Cannot begin at several places: --cursor excludes -n and --since");
  }
  const rules = rulesOf(context);
  const plainBytes = plainBytesOf(context);
  const hasPlace = lines !== null || sinceMs !== null || untilMs !== null || cursor !== null;
  const isForEyes = rules === null && plainBytes === null && !context.json && isTerminal(1);
  const usual = follow ? FOLLOW_LINES : isForEyes ? TERMINAL_LINES : null;
  return {
    follow,
    streams: streamsOf(context),
    lines: hasPlace ? lines : usual,
    sinceMs,
    untilMs,
    rules,
    cursor,
    plainBytes,
  };
}

function rulesOf(context: CommandContext): FilterRules | null {
  const { args } = context;
  const search = searchOf(context);
  const least = levelFlag(context);
  const around = countFlag(context, "context");
  const before = countFlag(context, "before-context") ?? around ?? 0;
  const after = countFlag(context, "after-context") ?? around ?? 0;
  const invert = args.isSet("invert");
  if (search === null && least === null) {
    const needless = ["ignore-case", "invert"].find((flag) => args.isSet(flag));
    const flag = needless ?? (before + after > 0 ? "context" : null);
    if (flag !== null) fail("USAGE", `Cannot use --${flag} alone: it goes with --grep`);
    return null;
  }
  return { search, invert, least, before, after };
}

function searchOf({ args }: CommandContext): LineSearch | null {
  const pattern = args.text("grep");
  if (pattern === null) return null;
  try {
    return lineSearch(pattern, { ignoreCase: args.isSet("ignore-case") });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(
      "USAGE",
      `Cannot search for ${pattern}: ${why}`,
      "It is a regular expression of JavaScript.",
    );
  }
}

function levelFlag({ args }: CommandContext): LogLevel | null {
  const text = args.text("level");
  if (text === null) return null;
  const hint = `It is one of ${LOG_LEVELS.join(", ")}.`;
  return (
    levelOf(text) ??
    fail("USAGE", `Cannot understand --level ${text}: there is no such level`, hint)
  );
}

function streamsOf({ args }: CommandContext): readonly LogStream[] {
  const text = args.text("stream");
  if (text === null) return LOG_STREAMS;
  const stream = LOG_STREAMS.find((it) => it === text);
  return stream === undefined
    ? fail("USAGE", `Cannot show stream '${text}'`, "It is stdout or stderr.")
    : [stream];
}

function countFlag({ args }: CommandContext, flag: string): number | null {
  const text = args.text(flag);
  if (text === null) return null;
  return /^\d{1,15}$/.test(text)
    ? Number(text)
    : fail("USAGE", `Cannot understand --${flag} ${text}: it takes a number of lines`);
}

function cursorOf({ args }: CommandContext): ReadonlyMap<string, number> | null {
  const text = args.text("cursor");
  if (text === null) return null;
  const hint = "It is the value of the key 'cursor' of a line of 'procman logs --json'.";
  return parseCursor(text) ?? fail("USAGE", `Cannot understand --cursor ${text}`, hint);
}

function plainBytesOf({ args, json }: CommandContext): number | null {
  const text = args.text("max-bytes");
  if (!args.isSet("plain")) {
    return text === null
      ? null
      : fail("USAGE", "Cannot use --max-bytes alone: it goes with --plain");
  }
  if (json) fail("USAGE", "Cannot show lines both plain and as JSON: choose one");
  if (text === null) return limits.plainBytes;
  const bytes = parseSize(text);
  return bytes !== null && bytes >= PLAIN_MIN_BYTES
    ? bytes
    : fail(
        "USAGE",
        `Cannot understand --max-bytes ${text}: it takes a size of at least ${PLAIN_MIN_BYTES}`,
      );
}
