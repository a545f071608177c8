/** Promises about what runs use: every change of a level told, once; no level that did not last; normal in the calm. */

import type { RunId } from "../../../src/model/ids.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import {
  METRICS,
  type Metric,
  type UseThreshold,
  type MetricVerdict,
} from "../../../src/model/use.ts";
import { broken, type Checker } from "./checker.ts";

const RANKS = ["normal", "warning", "critical"] as const;

export function measuredUseIsTold(): Checker {
  const growthTold = new Set<RunId>();
  return {
    promise: "every change of what is used too much is told, once",
    committed(before, after, changes, events) {
      for (const event of events) {
        if (event.type !== "resource.trend" || event.runId === null) continue;
        if (growthTold.has(event.runId)) broken(`${event.instanceId} is told to leak again`);
        growthTold.add(event.runId);
      }
      for (const [id] of changes.instances) {
        const [was, now] = [before, after].map((world) => running(world.instances.get(id)));
        if (was === undefined || now === undefined || was.run.id !== now.run.id) continue;
        for (const metric of METRICS) {
          const told = events.filter(({ instanceId, runId, type, data }) => {
            const isIts = instanceId === id && runId === now.run.id && data["metric"] === metric;
            return isIts && type.startsWith("resource.") && type !== "resource.trend";
          });
          let level = levelOf(was.use?.[metric]);
          for (const { type, data } of told) {
            if (data["from"] !== level || data["to"] === level)
              broken(`${id}: ${type} out of turn`);
            level = String(data["to"]);
            const wanted = level === "normal" ? "resource.recovered" : `resource.${level}`;
            if (type !== wanted) broken(`${id} became ${level} and is told as ${type}`);
          }
          if (level !== levelOf(now.use?.[metric])) broken(`${id}: a level of ${metric} untold`);
        }
      }
    },
  };
}

interface Told {
  readonly value: number;
  readonly atMs: number;
  /** False: the daemon that it was told died before it can be known to have taken it in. */
  isSure: boolean;
}

export function levelsHold(): Checker {
  const told = new Map<string, Told[]>();
  let committedMs = 0;
  return {
    promise:
      "a level is reached by use that lasted, and left by use that lasted and was well below it",
    measured(runId, values, sim) {
      for (const metric of METRICS) {
        const value = values[metric];
        const key = `${runId} ${metric}`;
        if (value === null) continue;
        told.set(key, [...(told.get(key) ?? []), { value, atMs: sim.nowMs, isSure: true }]);
      }
    },
    daemonDied() {
      for (const all of told.values()) {
        for (const it of all) it.isSure &&= it.atMs < committedMs;
      }
    },
    committed(before, after, _changes, events, sim) {
      committedMs = sim.nowMs;
      for (const { type, instanceId, runId, data } of events) {
        const isLevel = ["resource.warning", "resource.critical", "resource.recovered"].includes(
          type,
        );
        if (!isLevel || instanceId === null || runId === null || data["value"] === null) continue;
        const metric = data["metric"] as Metric;
        const thresholds = [before, after].map((world) => thresholdOf(world, instanceId, metric));
        const [one, other] = thresholds;
        // Judged by one of them, and it cannot be told by which.
        if (one === undefined || JSON.stringify(one) !== JSON.stringify(other)) continue;
        const [from, to] = [rankOf(data["from"]), rankOf(data["to"])];
        const step = to > from ? to : from;
        const limit = one[RANKS[step] === "critical" ? "critical" : "warning"];
        // The step itself is gone: it is left by no use at all.
        if (limit === undefined) continue;
        const isBeyond = (value: number): boolean =>
          to > from ? value >= limit : value < 0.9 * limit;
        const all = told.get(`${runId} ${metric}`) ?? [];
        // More may have been told since, in the same step.
        const upTo = all.findLastIndex(({ value }) => value === data["value"]);
        const row = lastingMs(all.slice(0, upTo + 1), isBeyond, sim.nowMs);
        const { forMs = 0 } = one;
        if (row === null || row < forMs) {
          broken(`${instanceId}: ${type} of ${metric} after ${row} of ${forMs} ms`);
        }
      }
    },
  };
}

/** Since when all measurements are such; what may have been lost is no exception. Null: the last is not. */
function lastingMs(
  all: readonly Told[],
  isBeyond: (value: number) => boolean,
  nowMs: number,
): number | null {
  let sinceMs: number | null = null;
  for (const { value, atMs, isSure } of all.toReversed()) {
    if (isBeyond(value)) sinceMs = atMs;
    else if (isSure) break;
  }
  return sinceMs === null ? null : nowMs - sinceMs;
}

export function thresholdsGone(): Checker {
  return {
    promise: "nothing is told to use much by a threshold that is gone",
    committed(_before, after) {
      for (const instance of after.instances.values()) {
        const use = running(instance)?.use;
        for (const metric of METRICS) {
          const isJudged = thresholdOf(after, instance.id, metric) !== undefined;
          if (!isJudged && levelOf(use?.[metric]) !== "normal") {
            broken(`${instance.id} has no threshold of ${metric}`);
          }
        }
      }
    },
  };
}

export function lessUseIsNormal(): Checker {
  return {
    promise: "what uses next to nothing for long is not told to use much",
    rested(world) {
      for (const instance of world.instances.values()) {
        const use = running(instance)?.use;
        for (const metric of METRICS) {
          const level = levelOf(use?.[metric]);
          if (level !== "normal") broken(`${instance.id} is ${level} by ${metric} for ever`);
        }
      }
    },
  };
}

function running(instance: Instance | undefined) {
  return instance?.state.kind === "running" ? instance.state : undefined;
}

function levelOf(verdict: MetricVerdict | undefined): string {
  if (verdict?.critical.isReached === true) return "critical";
  return verdict?.warning.isReached === true ? "warning" : "normal";
}

function rankOf(level: unknown): number {
  return RANKS.findIndex((it) => it === level);
}

function thresholdOf(world: World, id: Instance["id"], metric: Metric): UseThreshold | undefined {
  const instance = world.instances.get(id);
  const project = world.projects.get(instance?.project ?? "");
  const process = instance?.process ?? "";
  const spec = project?.spec.processes[process] ?? project?.retired[process];
  const given = spec?.thresholds?.[metric];
  const run = running(instance)?.run;
  const limit = run?.confinement?.own.find((it) => it.limit === metric && it.by === "watch");
  if (metric !== "cpu" || limit === undefined) return given;
  const warning = Math.min(given?.warning ?? Infinity, 100 * limit.value);
  return { forMs: 1_000, ...given, warning };
}
