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
      const wanted = processes.filter(({ ok }) => ok !== null);
      // Where nothing is meant to be up nothing can be well.
      const healthy = wanted.length > 0 && wanted.every(({ ok }) => ok === true);
      return { healthy, processes, degraded };
    },
  };
}

function rowOf(context: DaemonContext, instance: Instance): HealthRow {
  const { id, state, health, ready, reason, since } = context.statuses.of(instance);
  const ok = instance.desired === "up" ? isGood(instance) : null;
  return { id, state, health, ready, reason, since, ok };
}

function isGood({ state }: Instance): boolean {
  if (state.kind === "completed" || state.kind === "scheduled") return true;
  if (state.kind !== "running") return false;
  const level = state.health?.level;
  return level !== "critical" && level !== "unhealthy";
}
