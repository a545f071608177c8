/** What there is to be said of a process beside its state: why it is not fine, or when it runs next. */

import { eventTime } from "../cli/render/event-text.ts";
import type { Status } from "../protocol/status.ts";

export function noteOf({ reason, degraded, nextRunAt }: Status): string {
  const next = nextRunAt === null ? "" : `runs next at ${eventTime(nextRunAt, new Date())}`;
  return reason ?? degraded ?? next;
}
