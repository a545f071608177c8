/** Sizes as people write them: `"512MB"` (10^6), `"512MiB"` or `"512M"` (2^20), or a number of bytes. */

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Whole bytes, or null when `text` is no size. */
export function parseSize(text: string | number): number | null {
  const bytes = typeof text === "number" ? text : fromText(text.trim());
  if (bytes === null || !Number.isFinite(bytes) || bytes < 0) return null;
  const whole = Math.round(bytes);
  return whole <= Number.MAX_SAFE_INTEGER ? whole : null;
}

/** The shortest exact spelling: 1048576 is `"1MiB"`, 1000000 is `"1MB"`, 1234 is `"1234B"`. */
export function formatSize(bytes: number): string {
  for (const unit of ["TiB", "TB", "GiB", "GB", "MiB", "MB", "KiB", "KB"]) {
    const size = UNIT_BYTES[unit];
    if (size !== undefined && bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}

function fromText(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text);
  const unit = match ? UNIT_BYTES[match[2] ?? ""] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : null;
}
