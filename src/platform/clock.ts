/** The clocks, for real. Bun's own monotonic clocks begin with the process (seen on 1.4.5), so they are set to the
 *  system's uptime once: their values then compare over restarts of the daemon, to a hundredth of a second. */

import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../supervisor/ports.ts";

/** A timer cannot be set further ahead; a later deadline is reached in several sleeps. */
const LONGEST_SLEEP_MS = 2 ** 30;

export function createClock(): Clock {
  const originMs = uptimeMs() - performance.now();
  const monoMs = (): number => originMs + performance.now();
  return {
    now: () => ({ wallMs: Date.now(), monoMs: monoMs() }),
    wakeAt(atMonoMs, wake) {
      let timer: ReturnType<typeof setTimeout>;
      const sleep = (): void => {
        const leftMs = atMonoMs - monoMs();
        if (leftMs <= 0) wake();
        else timer = setTimeout(sleep, Math.min(LONGEST_SLEEP_MS, Math.ceil(leftMs)));
      };
      timer = setTimeout(
        sleep,
        Math.max(0, Math.min(LONGEST_SLEEP_MS, Math.ceil(atMonoMs - monoMs()))),
      );
      return () => clearTimeout(timer);
    },
    soon: (wake) => void setImmediate(wake),
  };
}

function uptimeMs(): number {
  try {
    return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000;
  } catch {
    return uptime() * 1_000; // No /proc on macOS.
  }
}
