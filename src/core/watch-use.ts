/** What a run uses, in a step: brings measurements to the thresholds of its definition, and tells what they come to. */

import type { EventType } from "../model/events.ts";
import type { InstanceId } from "../model/ids.ts";
import type { InstanceInputOf } from "../model/inputs.ts";
import { formatDuration } from "../model/duration.ts";
import type { Instance, Run, StateOf } from "../model/state.ts";
import type { ProcessSpec } from "../model/spec.ts";
import {
  METRICS,
  type Metric,
  type UseThreshold,
  type MetricVerdict,
  type UseVerdict,
} from "../model/use.ts";
import { useText } from "../model/use-text.ts";
import { move, type Context } from "./moves.ts";
import { afterMeasurement, levelOf, type UseLevel } from "./thresholds.ts";
import type { Turn } from "./turn.ts";
import { cpuThreshold, overLimits } from "./watch-limits.ts";

export function measured(
  { turn, instance, state, spec }: Context<"running">,
  values: InstanceInputOf<"measured">,
): void {
  for (const metric of METRICS) {
    const [value, threshold] = [values[metric], thresholdOf(spec, state.run, metric)];
    if (value === null || threshold === undefined) continue;
    const before = runningOf(turn, instance.id)?.use?.[metric];
    const after = afterMeasurement(before, threshold, value, turn.now.monoMs);
    // One that was never near a threshold has nothing to be kept.
    if (after === before || (before === undefined && isBlank(after))) continue;
    judge(turn, instance.id, state.run, { metric, before, after, value, threshold });
  }
  overLimits(turn, instance.id, values);
}

function thresholdOf(spec: ProcessSpec, run: Run, metric: Metric): UseThreshold | undefined {
  const given = spec.thresholds?.[metric];
  return metric === "cpu" ? cpuThreshold(given, run) : given;
}

interface Judgement {
  readonly metric: Metric;
  readonly before: MetricVerdict | undefined;
  readonly after: MetricVerdict | undefined;
  /** Null: not because of what it uses, but because there is no threshold any more. */
  readonly value: number | null;
  readonly threshold: UseThreshold | undefined;
}

function judge(turn: Turn, id: InstanceId, run: Run, judgement: Judgement): void {
  const { metric, before, after, value, threshold } = judgement;
  const [instance, state] = [turn.instance(id), runningOf(turn, id)];
  if (instance === undefined || state === undefined) return;
  const { [metric]: _, ...others } = state.use ?? {};
  const use: UseVerdict = after === undefined ? others : { ...others, [metric]: after };
  const moved = move(turn, instance, { ...state, use });
  const [from, to] = [levelOf(before), levelOf(after)];
  if (from === to) return;
  // Of what got better: what it is below now.
  const limit = to === "normal" ? (threshold?.warning ?? threshold?.critical) : threshold?.[to];
  const sinceMonoMs = before?.sinceMonoMs ?? turn.now.monoMs;
  turn.tellOf(moved, eventOf(to), run.id, {
    metric,
    from,
    to,
    value,
    threshold: limit ?? null,
    reason: reasonOf(judgement, to, limit),
    durationMs: Math.max(0, Math.round(turn.now.monoMs - sinceMonoMs)),
  });
}

/** Its thresholds are others now. What was reached of those that are gone is over, and what had not lasted by then begins
 *  anew; the rest shows with the next measurement. */
export function rejudgeUse(turn: Turn, id: InstanceId): void {
  const state = runningOf(turn, id);
  const instance = turn.instance(id);
  if (state?.use === undefined || instance === undefined) return;
  const spec = turn.specOf(instance);
  for (const metric of METRICS) {
    const before = state.use[metric];
    if (before === undefined) continue;
    const threshold = thresholdOf(spec, state.run, metric);
    const after = threshold === undefined ? undefined : withoutWaiting(before);
    judge(turn, id, state.run, { metric, before, after, value: null, threshold });
  }
}

function withoutWaiting({ warning, critical, sinceMonoMs }: MetricVerdict): MetricVerdict {
  const still = { otherwiseSinceMonoMs: null };
  return { warning: { ...warning, ...still }, critical: { ...critical, ...still }, sinceMonoMs };
}

/** Told once of a run. */
export function growthSeen(
  { turn, instance, state }: Context<"running">,
  { bytesPerHour, fromBytes, toBytes, durationMs }: InstanceInputOf<"growth-seen">,
): void {
  if (state.use?.isTrendTold === true) return;
  const moved = move(turn, instance, { ...state, use: { ...state.use, isTrendTold: true } });
  const pace = useText("memory", bytesPerHour);
  turn.tellOf(moved, "resource.trend", state.run.id, {
    metric: "memory",
    reason: `memory has grown by ${pace} an hour for ${inMinutes(durationMs)}, to ${useText("memory", toBytes)}`,
    bytesPerHour,
    fromBytes,
    toBytes,
    durationMs,
  });
}

/** What was found of this very run, to be kept in another state of it. */
export function useOf({ state }: Instance, run: Run): { readonly use?: UseVerdict } {
  const isIt = (state.kind === "running" || state.kind === "leaving") && state.run.id === run.id;
  if (!isIt || state.use === undefined) return {};
  return { use: state.kind === "leaving" ? allWithoutWaiting(state.use) : state.use };
}

/** What was measured while it was to leave was not judged: what has to last begins anew. */
function allWithoutWaiting(use: UseVerdict): UseVerdict {
  const judged = METRICS.flatMap((metric) => {
    const verdict = use[metric];
    return verdict === undefined ? [] : [[metric, withoutWaiting(verdict)] as const];
  });
  return { ...use, ...Object.fromEntries(judged) };
}

function runningOf(turn: Turn, id: InstanceId): StateOf<"running"> | undefined {
  const state = turn.instance(id)?.state;
  return state?.kind === "running" ? state : undefined;
}

function isBlank({ warning, critical }: MetricVerdict): boolean {
  return [warning, critical].every(
    ({ isReached, otherwiseSinceMonoMs }) => !isReached && otherwiseSinceMonoMs === null,
  );
}

function eventOf(to: UseLevel): EventType {
  return to === "normal" ? "resource.recovered" : `resource.${to}`;
}

function reasonOf({ metric, value, threshold }: Judgement, to: UseLevel, limit?: number): string {
  if (value === null) return `${metric} has no threshold any more`;
  const { forMs = 0 } = threshold ?? {};
  const lasting = forMs === 0 ? "" : ` for ${formatDuration(forMs)}`;
  const than = limit === undefined ? "" : useText(metric, limit);
  const side = to === "normal" ? "back below" : "at or above";
  return `${metric} is ${useText(metric, value)}, ${side} ${than}${lasting}`;
}

function inMinutes(ms: number): string {
  return `${Math.round(ms / 60_000)} minutes`;
}
