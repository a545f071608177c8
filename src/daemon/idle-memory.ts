/** Gives memory back when a burst of work is over: garbage, and the code that was compiled for it. A daemon is idle for
 *  most of its life; what it does then needs little of either. */

import type { Observer } from "../supervisor/ports.ts";

/** So long after the last event, and no more often than that. */
const QUIET_MS = 2_000;
const EVERY_MS = 60_000;

export function idleMemory(): Observer & { readonly observe: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  const giveBack = (): void => {
    timer = null;
    lastMs = performance.now();
    Bun.shrink();
    Bun.gc(true);
  };
  return {
    name: "idle memory",
    observe() {
      if (timer !== null) clearTimeout(timer);
      const waitMs = Math.max(QUIET_MS, lastMs + EVERY_MS - performance.now());
      timer = setTimeout(giveBack, waitMs);
    },
  };
}
