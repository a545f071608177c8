/** The operation `stats`: what processes use, and have used. */

import { limits } from "../../model/limits.ts";
import type { Instance } from "../../model/state.ts";
import type { Span, Stretch } from "../../model/use.ts";
import type { StatsHistory } from "../../protocol/stats.ts";
import { wireMetricSince } from "../../protocol/told-metrics.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { spanOf, thinned } from "../use-history.ts";
import { selectOrAll } from "./selection.ts";

export function statsOperations(context: DaemonContext): Pick<Handlers, "stats"> {
  const { metering, statuses } = context;
  return {
    async stats(input) {
      const instances = await metering.refresh(selectOrAll(context, input));
      return instances.map((instance) => {
        const { id } = instance;
        const { project, name, process, instance: index, state, pid } = statuses.of(instance);
        const { uptimeMs, cpuPercent, memoryBytes, fds, threads, io, net } = statuses.of(instance);
        const history = input.sinceMs === null ? null : historyOf(context, id, input.sinceMs);
        const metrics = metricsOf(context, instance, input.sinceMs);
        const which = { id, project, name, process, instance: index, state, pid, uptimeMs };
        return { ...which, cpuPercent, memoryBytes, fds, threads, io, net, metrics, history };
      });
    },
  };
}

function metricsOf({ channels }: DaemonContext, { state }: Instance, sinceMs: number | null) {
  const told = "run" in state ? channels.metricsOf(state.run.id) : [];
  return told.map((metric) => wireMetricSince(metric, sinceMs));
}

function historyOf(
  { history, clock }: DaemonContext,
  id: Instance["id"],
  sinceMs: number,
): StatsHistory {
  const stretches = history.stretches(id, sinceMs, clock.now().wallMs);
  return {
    since: stretches[0] === undefined ? null : iso(stretches[0].fromMs),
    cpuPercent: rounded(spanOf(stretches, "cpu"), 10),
    memoryBytes: rounded(spanOf(stretches, "memory"), 1),
    points: thinned(stretches, limits.useStretches).map(pointOf),
  };
}

function pointOf({ fromMs, cpu, memory }: Stretch): StatsHistory["points"][number] {
  return {
    time: iso(fromMs),
    cpuPercent: rounded(cpu, 10)?.mean ?? null,
    memoryBytes: rounded(memory, 1)?.mean ?? null,
  };
}

function rounded(span: Span | null, parts: number): Span | null {
  if (span === null) return null;
  const round = (value: number): number => Math.round(value * parts) / parts;
  return { min: round(span.min), mean: round(span.mean), max: round(span.max) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
