/** Durations as people write them: `"250ms"`, `"5s"`, `"2m"`, `"1h"`, `"7d"`, or a number of milliseconds. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** The longest duration taken, ten years: beyond it sums of times lose their milliseconds. */
const MAX_MS = 10 * 365 * UNIT_MS.d;

/** Milliseconds, or null when `text` is no duration. A bare number, in a string or not, is milliseconds. */
export function parseDuration(text: string | number): number | null {
  const ms = typeof text === "number" ? text : fromText(text.trim());
  return ms !== null && Number.isFinite(ms) && ms >= 0 && ms <= MAX_MS ? ms : null;
}

/** The shortest exact spelling: 90000 is `"90s"`, 120000 is `"2m"`. */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms > 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

function fromText(text: string): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : null;
}
