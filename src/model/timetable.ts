/** Times that come again and again. */

/** Minute, hour, day, month and weekday, as the clocks of a timezone show them. */
export interface CronTimes {
  readonly kind: "cron";
  readonly cron: string;
  readonly timezone: string;
}

/** The same time from one to the next. */
export interface PeriodicTimes {
  readonly kind: "every";
  readonly everyMs: number;
}

export type Timetable = CronTimes | PeriodicTimes;

/** The next time of a timetable. */
export interface Due {
  readonly by: Timetable;
  /** On the clock of the timetable: cron goes by the one on the wall, a period by the monotonic one. */
  readonly atMs: number;
  /** When that was worked out, on the same clock. */
  readonly sinceMs: number;
}
