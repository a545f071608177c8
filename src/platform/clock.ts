/** The clocks, for real. */

import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../supervisor/ports.ts";
import { libc } from "./libc.ts";

/** A timer that is set much further ahead fires at once; a later deadline is reached in several sleeps. */
export const LONGEST_SLEEP_MS = 2 ** 30;

export function createClock(): Clock {
  const monoMs = monotonicClock();
  return {
    now: () => ({ wallMs: Date.now(), monoMs: monoMs() }),
    wakeAt(atMonoMs, wake) {
      let timer: ReturnType<typeof setTimeout>;
      const sleep = (): void => {
        const leftMs = atMonoMs - monoMs();
        if (leftMs <= 0) wake();
        else timer = setTimeout(sleep, Math.min(LONGEST_SLEEP_MS, Math.ceil(leftMs)));
      };
      const leftMs = Math.max(0, Math.ceil(atMonoMs - monoMs()));
      timer = setTimeout(sleep, Math.min(LONGEST_SLEEP_MS, leftMs));
      return () => clearTimeout(timer);
    },
    soon: (wake) => void setImmediate(wake),
  };
}

/** Bun's own monotonic clocks, `process.hrtime` too, begin with the process (seen on 1.4.5), but deadlines outlive the
 *  daemon. Without FFI they are set to the system's uptime once, which is right to a hundredth of a second as long as
 *  the machine does not sleep. */
function monotonicClock(): () => number {
  const c = libc();
  if (c !== null) return () => c.monotonicMs();
  const originMs = uptimeMs() - performance.now();
  return () => originMs + performance.now();
}

/** Bun's `uptime` knows whole seconds only. */
function uptimeMs(): number {
  try {
    return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000;
  } catch {
    return uptime() * 1_000; // No /proc on macOS.
  }
}
