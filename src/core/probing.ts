/** What the core asks of the prober, and what it makes of the answers. */

import type { EventType } from "../model/events.ts";
import type { InstanceInputOf } from "../model/inputs.ts";
import type { ReadyProbe } from "../model/probe.ts";
import type { HealthLevel, Instance, Run, RunHealth } from "../model/state.ts";
import { lastedMs } from "../model/time.ts";
import { afterAnswer, unprobed } from "./health.ts";
import { launchFor } from "./launch-for.ts";
import { beginStop, blame, move, type Context } from "./moves.ts";
import type { Turn } from "./turn.ts";
import { useOf } from "./watch-use.ts";

/** Those that can tell when a run is ready: what a process writes that was taken over is not seen, and it has no
 *  channel. */
export function readyProbes(
  probes: readonly ReadyProbe[],
  { stranger }: Pick<Run, "stranger">,
): readonly ReadyProbe[] {
  return stranger === true ? probes.filter(({ kind }) => kind !== "log" && kind !== "ipc") : probes;
}

/** Starts the ready probes of a run that is up. */
export function askReadyProbes(turn: Turn, instance: Instance, run: Run): void {
  const made = launchFor(turn, instance, run.id);
  if (!made.ok) return;
  const { launch } = made;
  const probes = readyProbes(made.ready, run);
  const pair = instance.role === undefined ? {} : ({ isBeside: true } as const);
  turn.perform({ kind: "probe-ready", ...probed(instance, run), launch, probes, ...pair });
}

/** To `running`: from here on its health probes are tried, if it has any. */
export function enterRunning(turn: Turn, instance: Instance, run: Run): Instance {
  const { health: probes = [] } = turn.specOf(instance);
  const running = { kind: "running", run, ...useOf(instance, run) } as const;
  if (probes.length === 0) return move(turn, instance, running);
  const health = unprobed(probes, turn.now);
  const moved = move(turn, instance, { ...running, health });
  askHealthProbes(turn, moved, run, true);
  return moved;
}

export function askHealthProbes(turn: Turn, instance: Instance, run: Run, anew: boolean): void {
  const made = launchFor(turn, instance, run.id);
  if (!made.ok || made.health.length === 0) return;
  const { launch, health: probes } = made;
  turn.perform({ kind: "probe-health", ...probed(instance, run), launch, probes, anew });
}

/** Its probes are others now: what they find replaces what was found. */
export function probeAnew(turn: Turn, instance: Instance): void {
  const { state } = instance;
  if (state.kind === "starting") askReadyProbes(turn, instance, state.run);
  if (state.kind !== "running") return;
  turn.perform({ kind: "stop-probing", runId: state.run.id });
  enterRunning(turn, instance, state.run);
}

/** A health probe has said something. */
export function answered(
  { turn, instance, state, spec }: Context<"running">,
  report: InstanceInputOf<"probed">,
): void {
  const { run, health } = state;
  const probe = spec.health?.[report.probe];
  if (health === undefined || probe === undefined) return;
  const livedMs = turn.now.monoMs - run.startedMonoMs;
  const next = afterAnswer(health, report, probe, livedMs, turn.now);
  if (next === health) return;
  const moved = move(turn, instance, { ...state, health: next });
  if (next.level === health.level) return;
  const type = eventOf(health.level, next.level);
  turn.tellOf(moved, type, run.id, {
    from: health.level,
    to: next.level,
    // Of a recovery: what had been wrong.
    reason: next.reason ?? health.reason,
    answer: report.answer,
    durationMs: durationMs(health, next, turn.now.monoMs),
  });
}

/** A run that its health probes have given up on has failed, and is ended so that the restart policy can answer. Where
 *  that is never to restart, it is left running. */
export function endUnhealthy(turn: Turn, instance: Instance): void {
  const { state } = instance;
  if (state.kind !== "running" || state.health?.level !== "unhealthy") return;
  if (turn.specOf(instance).restart.policy === "no") return;
  const { reason } = state.health;
  const moved = beginStop(turn, instance, state.run, "unhealthy", null);
  if (reason !== null) blame(turn, moved, reason);
}

/** What the ready probes said last is why it is ended. */
export function probedInVain(
  { turn, instance, state }: Context<"stopping">,
  { answer }: InstanceInputOf<"probed-in-vain">,
): void {
  if (state.cause === "unready") blame(turn, instance, answer);
}

/** Of a recovery how long it was unwell, else how long it was as it was. */
function durationMs(before: RunHealth, after: RunHealth, nowMonoMs: number): number {
  const sinceMonoMs =
    after.level === "healthy"
      ? (before.unwellSinceMonoMs ?? before.sinceMonoMs)
      : before.sinceMonoMs;
  return lastedMs(sinceMonoMs, nowMonoMs);
}

function eventOf(from: HealthLevel, to: HealthLevel): EventType {
  switch (to) {
    case "warning":
    case "critical":
      return `health.${to}`;
    case "unhealthy":
      return "health.failed";
    default:
      return from === "starting" ? "health.healthy" : "health.recovered";
  }
}

function probed({ id }: Instance, { id: runId, pid, startTicks }: Run) {
  return { instance: id, runId, identity: { pid, startTicks } };
}
