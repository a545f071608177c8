/** Why a process is not fine, or when it runs next; nothing when there is nothing to say. */

import { ago } from "../../model/ago.ts";
import type { Status } from "../../protocol/status.ts";
import { screenText } from "./screen-line.ts";

export function reasonText(
  { reason, degraded = null, nextRunAt, state }: Status,
  nowMs: number,
): string {
  const waits = state === "backoff" || state === "scheduled";
  const inText =
    waits && nextRunAt !== null ? `in ${ago(Math.max(0, Date.parse(nextRunAt) - nowMs))}` : null;
  const next = inText !== null && state === "backoff" ? `again ${inText}` : inText;
  return [reason, degraded, next]
    .filter((part) => part !== null)
    .map(screenText)
    .join("; ");
}
