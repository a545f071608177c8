/** Cron expressions, by Bun, which knows timezones and what becomes of times that are left out or come twice when the clock
 *  is put forward or back. */

import type { Calendar } from "../model/time.ts";

/** One that cannot be read, or a timezone that is not known here, means no time at all: the configuration has been
 *  checked, but maybe by a procman on another release of Bun. */
export const calendar: Calendar = (cron, timezone, afterMs) => {
  try {
    return Bun.cron.parse(cron, afterMs, { tz: timezone })?.getTime() ?? null;
  } catch {
    return null; // See above.
  }
};
