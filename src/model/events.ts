/** Facts that happened, as the core tells them; the journal numbers and dates them. */

import type { InstanceId, ProcessName, ProjectName, RunId } from "./ids.ts";

export const EVENT_TYPES = [
  "process.added",
  "process.removed",
  "process.pending",
  "process.started",
  "process.ready",
  "process.exited",
  "process.backoff",
  "process.restarting",
  /** It is to be replaced by another run of it. */
  "process.reloading",
  /** Another run, ready, has taken the place of the one before. */
  "process.reloaded",
  "process.stopping",
  "process.stopped",
  "process.killed",
  "process.completed",
  "process.failed",
  "process.skipped",
  "process.scheduled",
  "process.adopted",
  /** It kept changing the files that it watches. */
  "process.suspended",
  /** Healthy for the first time in this run. */
  "health.healthy",
  "health.warning",
  "health.critical",
  "health.failed",
  "health.recovered",
  "resource.warning",
  "resource.critical",
  "resource.recovered",
  /** Its memory grows and grows. */
  "resource.trend",
  /** Files that a process watches. */
  "watch.changed",
  /** Not all that is to be watched can be, or not at once. */
  "watch.limited",
  /** A time of its schedule has come, and it is run, or restarted. */
  "schedule.fired",
  /** Times of its schedule have come at which nothing was done. */
  "schedule.missed",
  "scale.changed",
  "config.changed",
  "log.rotated",
  "log.dropped",
  "orphan.found",
  "orphan.killed",
  /** A command that a configuration has procman run went wrong. */
  "hook.failed",
  /** What was to take the place of a run did not come up, or was not tried: that run goes on. */
  "reload.failed",
  "alert.fired",
  "alert.resolved",
  /** A receiver could not be told of one. */
  "alert.undelivered",
  "daemon.started",
  "daemon.recovered",
  "daemon.upgraded",
  "daemon.stopping",
] as const;

/** `app.` is followed by the name that the program has given. */
export type EventType = (typeof EVENT_TYPES)[number] | `app.${string}`;

/** Of what a program says to procman in words of its own. */
export const APP_MESSAGE = "app.message";

export interface Fact {
  readonly type: EventType;
  readonly project: ProjectName | null;
  readonly process: ProcessName | null;
  /** From 1. */
  readonly instance: number | null;
  readonly instanceId: InstanceId | null;
  readonly runId: RunId | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A fact with its number, which never repeats nor goes back, and its time. */
export interface JournalEvent extends Fact {
  readonly seq: number;
  readonly atMs: number;
}
