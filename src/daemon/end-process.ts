/** Ends processes that are no run's: asked first, killed when they do not listen. */

import type { ProcessIdentity } from "../model/inputs.ts";
import { signalProcess } from "../platform/signals.ts";
import type { DaemonContext } from "./context.ts";

export const GRACE_MS = 5_000;

/** What SIGKILL does not end within that time hangs in the kernel. */
const KILL_PATIENCE_MS = 2_000;

export type EndedBy = "SIGTERM" | "SIGKILL";

/** The signal that it took; null when it outlives both. */
export async function endProcess(
  context: DaemonContext,
  identity: ProcessIdentity,
): Promise<EndedBy | null> {
  const { promise: gone, resolve } = Promise.withResolvers<true>();
  const unwatch = context.processes.watch(identity, () => resolve(true));
  try {
    signalProcess(identity, ["SIGTERM", "SIGCONT"]);
    if (await within(context, gone, GRACE_MS)) return "SIGTERM";
    signalProcess(identity, ["SIGKILL"]);
    return (await within(context, gone, KILL_PATIENCE_MS)) ? "SIGKILL" : null;
  } finally {
    unwatch();
  }
}

function within({ clock }: DaemonContext, gone: Promise<true>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const cancel = clock.wakeAt(clock.now().monoMs + ms, () => late.resolve(false));
  return Promise.race([gone, late.promise]).finally(cancel);
}
