/** Levels of log lines: the six that procman knows, and how programs spell them. */

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every spelling, in capitals. NOTICE, ALERT and EMERG are syslog's, SEVERE and FINE are Java's, `npm ERR!` npm's. */
const SPELLINGS: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ["TRACE", "TRC", "T", "FINER", "FINEST", "SILLY"],
  debug: ["DEBUG", "DBG", "D", "VERBOSE", "FINE"],
  info: ["INFO", "INF", "I", "INFORMATION", "NOTICE", "HTTP"],
  warn: ["WARN", "WARNING", "WRN", "W"],
  error: ["ERROR", "ERR", "E", "SEVERE"],
  fatal: ["FATAL", "FTL", "F", "CRITICAL", "CRIT", "C", "PANIC", "ALERT", "EMERG", "EMERGENCY"],
};

const BY_SPELLING: ReadonlyMap<string, LogLevel> = new Map(
  LOG_LEVELS.flatMap((level) => SPELLINGS[level].map((spelling) => [spelling, level] as const)),
);

/** Spellings of two letters and more, for regular expressions: a single letter in running text says nothing. */
export const LEVEL_WORDS = [...BY_SPELLING.keys()]
  .filter((spelling) => spelling.length > 1 && spelling !== "HTTP")
  .toSorted((one, other) => other.length - one.length)
  .join("|");

/** A word in any spelling, or a number as pino and bunyan write them (10 trace … 60 fatal); null when it is none. */
export function levelOf(value: unknown): LogLevel | null {
  if (typeof value === "number") return levelOfNumber(value);
  if (typeof value !== "string") return null;
  return (
    BY_SPELLING.get(value.toUpperCase()) ?? (/^\d+$/.test(value) ? levelOf(Number(value)) : null)
  );
}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** Levels between two of the six count as the lower one, as they do for pino itself. */
function levelOfNumber(value: number): LogLevel | null {
  if (value < 10 || value >= 70) return null;
  return LOG_LEVELS[Math.floor(value / 10) - 1] ?? null;
}
