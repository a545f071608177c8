/** Stops every process of every project, in reverse dependency order, and waits until none is left. */

import type { ActionResult } from "../protocol/shapes.ts";
import type { DaemonContext } from "./context.ts";
import { ask, finish } from "./operations/lifecycle.ts";
import { isAtRest, isStopped } from "./operations/outcomes.ts";

/** `timeoutMs` replaces each process's own grace; null keeps it. */
export async function stopEverything(
  context: DaemonContext,
  timeoutMs: number | null,
  signal: AbortSignal,
): Promise<ActionResult[]> {
  const results = new Map<string, ActionResult>();
  for (;;) {
    const before = [...context.supervisor.world.instances.values()].filter(
      (it) => isAtRest(it, it) === null,
    );
    // What is started while the rest stops is stopped in the next round.
    if (before.length === 0) return [...results.values()];
    await ask(context, before, { kind: "stop-asked", timeoutMs, withEverything: true });
    const { results: round } = await finish(context, "stop", before, isStopped, signal);
    for (const result of round) results.set(result.id, result);
  }
}
