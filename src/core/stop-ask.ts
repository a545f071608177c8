/** Asking a run to stop in words of its own, before it is signalled: over its channel, by a command, or both. The first
 *  half of its grace is for that, the second for the signal. */

import type { StopAsk } from "../model/effects.ts";
import type { Instance, Run, StateOf } from "../model/state.ts";
import { commandRun } from "./hooks.ts";
import type { Turn } from "./turn.ts";

/** Null when it is signalled right away. */
export function stopAsk(turn: Turn, instance: Instance, run: Run, graceMs: number): StopAsk | null {
  const { ipc, command } = turn.specOf(instance).stop;
  if ((ipc !== true && command === undefined) || graceMs === 0) return null;
  const wanted = command && { what: "stop.command", command, timeoutMs: halfOf(graceMs) };
  const ready = wanted && commandRun(turn, instance, wanted, { PROCMAN_PID: String(run.pid) });
  return { overChannel: ipc === true, command: ready ?? null, graceMs };
}

/** When it is signalled, if it was only asked until then. */
export function signalAt(ask: StopAsk | null, fromMonoMs: number): { signalAtMonoMs?: number } {
  return ask === null ? {} : { signalAtMonoMs: fromMonoMs + halfOf(ask.graceMs) };
}

/** Less grace than there was. */
export function signalSooner(
  { signalAtMonoMs }: StateOf<"stopping">,
  fromMonoMs: number,
  graceMs: number,
): { signalAtMonoMs?: number } {
  if (signalAtMonoMs === undefined) return {};
  return { signalAtMonoMs: Math.min(signalAtMonoMs, fromMonoMs + halfOf(graceMs)) };
}

function halfOf(graceMs: number): number {
  return graceMs / 2;
}
