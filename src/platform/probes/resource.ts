/** A probe that asks how much the tree of a run uses, and takes too much of it for a sign that it is not well. */

import type { LogMeaning, ProbeLevels, ResourceCheck } from "../../model/probe.ts";
import { METRICS, type Use } from "../../model/use.ts";
import { useText } from "../../model/use-text.ts";
import type { MeasuredRun } from "../../model/measured-run.ts";
import type { Gauge } from "../../supervisor/ports.ts";
import { failed, passed, type Outcome } from "./attempt.ts";
import type { LoopOptions } from "./probe-loop.ts";

/** What somebody has measured a moment ago will do. */
const MAX_AGE_MS = 500;

export function resourceAttempt(
  check: ResourceCheck,
  run: MeasuredRun,
  gauge: Pick<Gauge, "measure">,
): LoopOptions["attempt"] {
  return async () => {
    const uses = await gauge.measure([run], { maxAgeMs: MAX_AGE_MS, full: false });
    const use = uses.get(run.runId);
    return use === undefined ? failed("what it uses cannot be measured") : judged(check, use);
  };
}

const STEPS = ["unhealthy", "critical", "warning"] as const;
const MEANINGS = { warning: "warning", critical: "critical", unhealthy: "failed" } as const;
const BAD_FIRST: readonly LogMeaning[] = ["failed", "critical", "warning"];

/** The worst of what is told of. Null where that is nothing and not all is known yet, as CPU time at first. */
function judged(check: ResourceCheck, { memoryBytes, cpuPercent }: Use): Outcome | null {
  const values = { memory: memoryBytes, cpu: cpuPercent };
  const asked = METRICS.filter((metric) => check[metric] !== undefined);
  const found = asked.flatMap((metric) => {
    const [levels, value] = [check[metric], values[metric]];
    if (levels === undefined || value === null) return [];
    const text = `${metric} is ${useText(metric, value)}`;
    const step = stepOf(levels, value);
    if (step === null) return { means: null, text };
    const limit = useText(metric, levels[step] ?? 0);
    return { means: MEANINGS[step], text: `${text}, at or above ${limit}` };
  });
  const worst = BAD_FIRST.flatMap((means) => found.find((it) => it.means === means) ?? [])[0];
  if (worst !== undefined && worst.means !== null) {
    return { passed: false, text: worst.text, means: worst.means };
  }
  if (found.length < asked.length) return null;
  return passed(found.map((it) => it.text).join(" and "));
}

function stepOf(levels: ProbeLevels, value: number): keyof ProbeLevels | null {
  return STEPS.find((step) => value >= (levels[step] ?? Number.POSITIVE_INFINITY)) ?? null;
}
