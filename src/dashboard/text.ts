/** Values as the page shows them. A dash is for what is not known. */

import { eventTime } from "../cli/render/event-text.ts";
import { ago } from "../model/ago.ts";
import { bytesText, useText } from "../model/use-text.ts";

export const UNKNOWN = "–";

export function cpuText(percent: number | null): string {
  return percent === null ? UNKNOWN : useText("cpu", percent);
}

export function memoryText(bytes: number | null): string {
  return bytes === null ? UNKNOWN : bytesText(bytes);
}

export function lastedText(ms: number | null): string {
  return ms === null ? UNKNOWN : ago(ms);
}

export function countText(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** The local time, with the day unless that is today's. `milliseconds`: lines of a log come close together. */
export function clockText(iso: string | number, milliseconds = false): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return UNKNOWN;
  const time = eventTime(at.toISOString(), new Date());
  return milliseconds ? `${time}.${String(at.getMilliseconds()).padStart(3, "0")}` : time;
}
