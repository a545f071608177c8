/** The metrics that one run tells of: the last value of each, and the last hour in stretches. */

import { limits } from "../model/limits.ts";
import type { ToldMetric, ToldStretch } from "../model/told-metric.ts";

interface OpenStretch extends ToldStretch {
  readonly count: number;
}

interface Told {
  value: number;
  atMs: number;
  /** The last one grows still. */
  readonly stretches: OpenStretch[];
}

export class ToldMetrics {
  readonly #told = new Map<string, Told>();

  /** False when there are too many names already. */
  note(name: string, value: number, atMs: number): boolean {
    const known = this.#told.get(name);
    if (known === undefined && this.#told.size >= limits.metricsPerRun) return false;
    const told: Told = known ?? { value, atMs, stretches: [] };
    told.value = value;
    told.atMs = atMs;
    grow(told.stretches, value, atMs);
    this.#told.set(name, told);
    return true;
  }

  /** In the order in which they were first told of. */
  all(): ToldMetric[] {
    return [...this.#told].map(([name, { value, atMs, stretches }]) => ({
      name,
      value,
      atMs,
      stretches: stretches.map(({ fromMs, toMs, min, mean, max }) => ({
        fromMs,
        toMs,
        min,
        mean,
        max,
      })),
    }));
  }
}

function grow(stretches: OpenStretch[], value: number, atMs: number): void {
  const fromMs = atMs - (atMs % limits.metricStretchMs);
  const toMs = fromMs + limits.metricStretchMs;
  const last = stretches.at(-1);
  if (last?.fromMs === fromMs) {
    const count = last.count + 1;
    stretches[stretches.length - 1] = {
      ...last,
      min: Math.min(last.min, value),
      // Of both apart: their difference may be more than a number holds.
      mean: last.mean - last.mean / count + value / count,
      max: Math.max(last.max, value),
      count,
    };
    return;
  }
  stretches.push({ fromMs, toMs, min: value, mean: value, max: value, count: 1 });
  if (stretches.length > limits.metricStretches) stretches.shift();
}
