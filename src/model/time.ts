/** The two clocks. Deadlines use the monotonic one, so that a wall clock that jumps fires nothing. */

export interface Instant {
  /** Milliseconds since 1970, for people: may jump. */
  readonly wallMs: number;
  /** Milliseconds on the system's monotonic clock: the same for every process until the next boot. */
  readonly monoMs: number;
}

/** The first time after `afterMs`, on the clock on the wall, that a cron expression means in a timezone; null when there
 *  is none for years. It comes in with each step: what a timezone does is knowledge of the platform. */
export type Calendar = (cron: string, timezone: string, afterMs: number) => number | null;

/** How long something has lasted, on the monotonic clock, as it is told: in whole milliseconds. */
export function lastedMs(sinceMonoMs: number, untilMonoMs: number): number {
  return Math.max(0, Math.round(untilMonoMs - sinceMonoMs));
}
