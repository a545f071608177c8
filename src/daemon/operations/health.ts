/** The operation `health`: whether all that is meant to be up is ready and well. */

import type { Instance } from "../../model/state.ts";
import type { HealthRow } from "../../protocol/health.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { selectOrAll } from "./selection.ts";

export function healthOperations(context: DaemonContext): Pick<Handlers, "health"> {
  return {
    async health(input) {
      const instances = selectOrAll(context, input);
      const processes = instances.map((it) => rowOf(context, it));
      const degraded = instances.flatMap((it) => {
        const reason = context.statuses.of(it).degraded ?? null;
        return reason === null ? [] : { id: it.id, reason };
      });
      return { healthy: areWell(instances, processes), processes, degraded };
    },
  };
}

/** Where nothing is meant to be up nothing can be well, unless all of it has done its work. */
function areWell(instances: readonly Instance[], rows: readonly HealthRow[]): boolean {
  const isAnyUp = instances.some(({ desired }) => desired === "up");
  const areAllDone = rows.length > 0 && rows.every(({ state }) => state === "completed");
  return (isAnyUp || areAllDone) && rows.every(({ ok }) => ok !== false);
}

function rowOf(context: DaemonContext, instance: Instance): HealthRow {
  const { id, state, health, ready, reason } = context.statuses.of(instance);
  const since = new Date(verdictSinceMs(instance)).toISOString();
  return { id, state, health, ready, reason, since, ok: isGood(instance) };
}

/** Since when it is in its state with its health, of which the later has changed last. */
function verdictSinceMs({ state, sinceMs }: Instance): number {
  const health = state.kind === "running" ? state.health : undefined;
  return Math.max(sinceMs, health?.sinceMs ?? 0);
}

function isGood({ desired, state }: Instance): boolean | null {
  // It has done its work, though it was stopped with the others since.
  if (state.kind === "completed") return true;
  if (desired !== "up") return null;
  if (state.kind === "scheduled") return true;
  if (state.kind !== "running") return false;
  const level = state.health?.level;
  return level !== "critical" && level !== "unhealthy";
}
