/** What a line says of itself: its level and its fields. Pure, and never wrong about the line: that stays as it is. */

import type { LogParse } from "../model/spec.ts";
import { LEVEL_WORDS, levelOf, type LogLevel } from "./levels.ts";

export interface ParsedLine {
  readonly level: LogLevel | null;
  /** Everything that a structured line says, its message too; null for text. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

const NOTHING: ParsedLine = { level: null, fields: null };

/** Where programs put the level, the most telling first. `levelname` is Python's, `@level` HashiCorp's. */
const LEVEL_KEYS = ["level", "lvl", "severity", "log.level", "levelname", "loglevel", "@level"];

export function parseLine(line: string, parse: LogParse): ParsedLine {
  switch (parse) {
    case "json":
      return parseJson(line) ?? NOTHING;
    case "logfmt":
      return parseLogfmt(line) ?? NOTHING;
    case "text":
      return parseText(line);
    case "auto":
      return (
        parseJson(line) ??
        (LOOKS_LIKE_LOGFMT.test(line) ? parseLogfmt(line) : null) ??
        parseText(line)
      );
  }
}

function parseJson(line: string): ParsedLine | null {
  const first = line.trimStart().charCodeAt(0);
  if (first !== OPENING_BRACE) return null;
  try {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return { level: levelIn(fields), fields };
  } catch {
    return null; // Not JSON after all, or cut off in the middle.
  }
}

const OPENING_BRACE = 123;

function levelIn(fields: Readonly<Record<string, unknown>>): LogLevel | null {
  for (const key of LEVEL_KEYS) {
    const level = levelOf(fields[key]);
    if (level !== null) return level;
  }
  // `log.level` of the Elastic Common Schema may be written as an object.
  const { log } = fields;
  return typeof log === "object" && log !== null ? levelOf(Reflect.get(log, "level")) : null;
}

/** Without the setting only a line that gives its level is taken for logfmt: `a=b` alone is in much that is not. */
const LOOKS_LIKE_LOGFMT = /(?:^|\s)(?:level|lvl|severity|log\.level)=/;
/** `key=word`, `key="quoted \"text\""`, `key=`; a key alone is true. */
const PAIR = /([^\s="]+)(=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?=\s|$)/g;

function parseLogfmt(line: string): ParsedLine | null {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let pairs = 0;
  for (const [, key = "", value, quoted, bare] of line.matchAll(PAIR)) {
    if (value !== undefined) pairs += 1;
    fields[key] = value === undefined ? true : quoted === undefined ? bare : unescaped(quoted);
  }
  return pairs === 0 ? null : { level: levelIn(fields), fields: { ...fields } };
}

function unescaped(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted; // An escape of its own kind: shown as it is written.
  }
}

/** No level is looked for beyond; long lines are data. */
const TEXT_CHARS = 160;
// The escapes of colours are what these look for.
// oxlint-disable-next-line no-control-regex
const COLOR = /\u001B\[[\d;]*m/g;
/** `2026-01-31 10:00:00,123`, `[10:00:00.5]`, `Jan 31 10:00:00`, `2026/01/31`, or seconds since 1970. */
const TIME =
  /^[[(]?(?:\d{4}[-/]\d{2}[-/]\d{2}[\dT:.,+\-Z ]*|\d{1,2}:\d{2}:\d{2}[\d.,]*|[A-Z][a-z]{2} [ \d]\d [\d:.]+|\d{10}(?:\.\d+)?)[\])]?[\s|:]+/;
/** At the beginning: `[error]`, `<warn>`, `ERROR`, `warning:`, `[W]`. Small letters alone may be any word of a sentence. */
const BRACKETED = new RegExp(`^[[(<]\\s*(${LEVEL_WORDS}|[TDIWEFC])\\s*[\\])>]`, "i");
const WITH_COLON = new RegExp(`^(${LEVEL_WORDS})\\s*(?:\\[[^\\]]*\\]\\s*)?:`, "i");
const CAPITALS = new RegExp(`^(${LEVEL_WORDS})(?![\\w-])`);
/** After a time the level may follow names and threads: `[main] INFO`, `- name - WARNING -`; small as `[error]`. */
const CAPITALS_AFTER_TIME = new RegExp(`(?<![\\w.-])(${LEVEL_WORDS})(?![\\w-])`);
const BRACKETED_AFTER_TIME = new RegExp(`[[<]\\s*(${LEVEL_WORDS})\\s*[\\]>]`, "i");
/** klog and glog: `E0131 10:00:00.000000 …`. */
const GLOG = /^([IWEF])\d{4} \d{2}:\d{2}:/;
/** `TypeError: …`, `Uncaught Error: …`, `java.io.IOException: …`. */
const EXCEPTION = /^(?:Uncaught |Unhandled )?[\w.]*(?:Error|Exception)(?: \[\w+\])?:/;
const NPM = /^npm (ERR|WARN)!? /;

function parseText(line: string): ParsedLine {
  const text = line.slice(0, TEXT_CHARS).replace(COLOR, "").trimStart();
  const time = TIME.exec(text)?.[0] ?? "";
  const rest = text.slice(time.length);
  const level = atBeginning(rest) ?? (time === "" ? null : afterTime(rest));
  return level === null ? NOTHING : { level, fields: null };
}

function atBeginning(text: string): LogLevel | null {
  const found =
    BRACKETED.exec(text) ??
    WITH_COLON.exec(text) ??
    CAPITALS.exec(text) ??
    GLOG.exec(text) ??
    NPM.exec(text);
  if (found !== null) return levelOf(found[1]);
  return EXCEPTION.test(text) ? "error" : null;
}

function afterTime(text: string): LogLevel | null {
  const found = BRACKETED_AFTER_TIME.exec(text) ?? CAPITALS_AFTER_TIME.exec(text);
  return levelOf(found?.[1]);
}
