/** The time that an attempt may take, without that in which this program itself stood still: its answer may be there by
 *  then, and has only not been read. */

import { LONGEST_SLEEP_MS } from "../clock.ts";

/** It is looked so often how time passes. */
const PARTS = 4;
/** A part that took so much longer than it should was none in which this program ran. */
const LATE_MS = 100;

/** Calls back when the time is over; the function that it gives puts that off. A part of the time is given once more when it
 *  was late, but only one, so that there is an end on a machine that is always late. */
export function countDown(ms: number, isOver: () => void): () => void {
  let leftMs = ms;
  let stoodStill = false;
  let timer: Timer;
  const next = (): void => {
    const partMs = Math.min(leftMs, ms / PARTS, LONGEST_SLEEP_MS);
    const beganMs = performance.now();
    timer = setTimeout(() => {
      const tookMs = performance.now() - beganMs;
      const isLate = !stoodStill && tookMs > partMs + LATE_MS;
      if (isLate) stoodStill = true;
      else leftMs -= tookMs;
      if (leftMs <= 0) isOver();
      else next();
    }, partMs);
  };
  next();
  return () => clearTimeout(timer);
}
