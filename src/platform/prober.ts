/** Ready probes, for real. Each is tried again until it passes; one that passed is not tried any more. */

import type { Launch, ReadyProbe } from "../model/spec.ts";
import type { Prober } from "../supervisor/ports.ts";
import { processTable } from "./process-table.ts";
import { probeExec, probeHttp, probeTcp } from "./probes.ts";

type TriedProbe = Exclude<ReadyProbe, { kind: "after" }>;

export function createProber(): Prober {
  return {
    start(probes, launch, leader, onReady) {
      const cancelled = new AbortController();
      const { signal } = cancelled;
      const passed = probes.map((probe) =>
        probe.kind === "after"
          ? pause(probe.afterMs - processTable.ageMs(leader), signal)
          : untilPassed(probe, launch, signal),
      );
      void Promise.all(passed).then(() => {
        if (!signal.aborted) onReady();
      });
      return () => cancelled.abort();
    },
  };
}

/** Resolves when the probe has passed, or probing was cancelled. Never rejects. */
async function untilPassed(probe: TriedProbe, launch: Launch, cancel: AbortSignal): Promise<void> {
  while (!cancel.aborted && !(await passes(probe, launch, cancel))) {
    await pause(probe.intervalMs, cancel);
  }
}

/** One attempt, with an end. */
async function passes(probe: TriedProbe, launch: Launch, cancel: AbortSignal): Promise<boolean> {
  const end = AbortSignal.any([cancel, AbortSignal.timeout(probe.timeoutMs)]);
  switch (probe.kind) {
    case "http":
      return probeHttp(probe.url, end);
    case "tcp":
      return probeTcp(probe.address, end);
    case "exec":
      return probe.command.kind === "list" && probeExec(probe.command.argv, launch, end);
  }
}

/** Ends early when cancelled. */
async function pause(ms: number, cancel: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, ms));
  const stop = (): void => resolve();
  cancel.addEventListener("abort", stop, { once: true });
  if (cancel.aborted) stop();
  await promise;
  clearTimeout(timer);
  cancel.removeEventListener("abort", stop);
}
