/** Leftovers: what is left of a run that is over, and holds a port that another run needs, is ended first. */

import type { Leftover, SpawnError } from "../model/inputs.ts";
import type { RunId } from "../model/ids.ts";
import { portOf } from "../model/port.ts";
import type { Instance } from "../model/state.ts";
import { runsOf } from "../model/runs-of.ts";
import { isOwned } from "./owned.ts";
import type { Turn } from "./turn.ts";

/** True when a spawn failed for want of a port that such a one holds: it is being cleared, and the spawn comes after. */
export function clearsLeftover(
  turn: Turn,
  instance: Instance,
  runId: RunId,
  { leftover }: SpawnError,
): boolean {
  if (leftover === undefined || instance.desired !== "up" || !isOver(turn, leftover)) return false;
  const { signal, timeoutMs } = turn.specOf(instance).stop;
  const graceUntilMonoMs = turn.now.monoMs + timeoutMs;
  turn.perform({
    kind: "clear-leftover",
    instance: instance.id,
    runId,
    leftover,
    signal,
    graceUntilMonoMs,
  });
  turn.tellOf(instance, "orphan.killed", leftover.runId, {
    pid: leftover.listener.pid,
    port: portOf(turn.specOf(instance), instance.index),
  });
  return true;
}

/** It was started by this home, no instance has that run, and nobody has taken any of it over. */
function isOver(turn: Turn, { runId, relatives, dataDirectory }: Leftover): boolean {
  const isOurs =
    turn.isRunOfHome(runId) || dataDirectory?.startsWith(`${turn.home}/data/`) === true;
  const isPresent = turn.allInstances().some((it) => runsOf(it).some(({ id }) => id === runId));
  return isOurs && !isPresent && !relatives.some((it) => isOwned(turn, it));
}
