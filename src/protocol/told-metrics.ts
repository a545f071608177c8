/** Metrics that programs tell of, on the wire. Times are ISO 8601 in UTC. */

import type { ToldMetric } from "../model/told-metric.ts";
import type { Span } from "../model/use.ts";

export interface WireMetric {
  readonly name: string;
  /** What was told last, and when. */
  readonly value: number;
  readonly time: string;
}

/** With what was told since a time, minute by minute, oldest first; null unless asked for. */
export interface WireMetricWithHistory extends WireMetric {
  readonly points: readonly ({ readonly time: string } & Span)[] | null;
}

export function wireMetric({ name, value, atMs }: ToldMetric): WireMetric {
  return { name, value, time: iso(atMs) };
}

/** `sinceMs` null: without history. */
export function wireMetricSince(metric: ToldMetric, sinceMs: number | null): WireMetricWithHistory {
  const points =
    sinceMs === null
      ? null
      : metric.stretches
          .filter(({ toMs }) => toMs > sinceMs)
          .map(({ fromMs, min, mean, max }) => ({ time: iso(fromMs), min, mean, max }));
  return { ...wireMetric(metric), points };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
