/** The types of events, by name, for those who choose among them. */

import type { EventType } from "./events.ts";

/** Told by features that are still to come. */
type Coming =
  | "process.reloaded"
  | "process.scheduled"
  | "process.suspended"
  | "health.warning"
  | "health.critical"
  | "health.failed"
  | "health.recovered"
  | "resource.warning"
  | "resource.critical"
  | "resource.recovered"
  | "resource.trend"
  | "watch.changed"
  | "schedule.fired"
  | "schedule.missed";

const TYPES: Readonly<Record<Exclude<EventType, `alert.${string}`> | Coming, true>> = {
  "process.added": true,
  "process.removed": true,
  "process.pending": true,
  "process.started": true,
  "process.ready": true,
  "process.exited": true,
  "process.backoff": true,
  "process.restarting": true,
  "process.reloaded": true,
  "process.stopping": true,
  "process.stopped": true,
  "process.killed": true,
  "process.completed": true,
  "process.failed": true,
  "process.skipped": true,
  "process.scheduled": true,
  "process.suspended": true,
  "process.adopted": true,
  "health.warning": true,
  "health.critical": true,
  "health.failed": true,
  "health.recovered": true,
  "resource.warning": true,
  "resource.critical": true,
  "resource.recovered": true,
  "resource.trend": true,
  "log.rotated": true,
  "log.dropped": true,
  "watch.changed": true,
  "schedule.fired": true,
  "schedule.missed": true,
  "scale.changed": true,
  "config.changed": true,
  "orphan.found": true,
  "orphan.killed": true,
  "hook.failed": true,
  "daemon.started": true,
  "daemon.recovered": true,
  "daemon.upgraded": true,
  "daemon.stopping": true,
};

/** What an alert can be about. Types of `app.` are up to the programs. */
export const EVENT_TYPES: readonly string[] = Object.keys(TYPES);
