/** What there is to be said of a process beside its state: why it is not fine, or when it runs next. */

import type { Status } from "../protocol/status.ts";
import { clockText } from "./text.ts";

export function noteOf({ reason, degraded, nextRunAt }: Status): string {
  const next = nextRunAt === null ? "" : `runs next at ${clockText(nextRunAt)}`;
  return reason ?? degraded ?? next;
}
