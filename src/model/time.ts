/** The two clocks. Deadlines use the monotonic one, so that a wall clock that jumps fires nothing. */

export interface Instant {
  /** Milliseconds since 1970, for people: may jump. */
  readonly wallMs: number;
  /** Milliseconds on the system's monotonic clock: the same for every process until the next boot. */
  readonly monoMs: number;
}
