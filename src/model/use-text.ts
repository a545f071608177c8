/** What is used, in words: `310 MB`, `85 %`. */

import type { Metric } from "./use.ts";

export function useText(metric: Metric, value: number): string {
  return metric === "memory" ? bytesText(value) : `${Number(value.toFixed(1))} %`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Powers of ten, with two digits where they tell something: `9.8 MB`, `310 MB`. */
export function bytesText(bytes: number): string {
  let [value, at] = [bytes, 0];
  for (; value >= 999.5 && at < UNITS.length - 1; at += 1) value /= 1_000;
  const digits = at > 0 && value < 9.95 ? 1 : 0;
  return `${Number(value.toFixed(digits))} ${UNITS[at]}`;
}
