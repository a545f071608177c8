/** The verdict on a run by its health probes: which level follows from an answer. Pure hysteresis; what a level means
 *  for the run is decided elsewhere. */

import type { HealthReport } from "../model/inputs.ts";
import type { HealthProbe } from "../model/probe.ts";
import {
  HEALTH_LEVELS,
  type HealthLevel,
  type ProbeStreak,
  type RunHealth,
} from "../model/state.ts";
import type { Instant } from "../model/time.ts";

/** Nothing is known of it yet. */
export function unprobed(probes: readonly HealthProbe[], now: Instant): RunHealth {
  return {
    level: "starting",
    sinceMonoMs: now.monoMs,
    sinceMs: now.wallMs,
    unwellSinceMonoMs: null,
    reason: null,
    probes: probes.map(() => ({ level: "starting", failures: 0, successes: 0 })),
  };
}

/** The same object when the answer changes nothing. */
export function afterAnswer(
  health: RunHealth,
  report: HealthReport,
  probe: HealthProbe,
  livedMs: number,
  now: Instant,
): RunHealth {
  const before = health.probes[report.probe];
  if (before === undefined) return health;
  const after = report.passed
    ? passed(before, probe)
    : probe.kind === "resource"
      ? usesTooMuch(before, report, probe, livedMs < probe.startPeriodMs)
      : failed(before, report, probe, livedMs < probe.startPeriodMs);
  if (isSame(before, after)) return health;
  const probes = health.probes.with(report.probe, after);
  const level = worst(probes.map((it) => it.level));
  const isUnwell = level !== "healthy" && level !== "starting";
  const against = report.passed ? health.reason : describe(report, after);
  const reason = isUnwell ? against : null;
  if (level === health.level) return { ...health, probes, reason };
  return {
    level,
    sinceMonoMs: now.monoMs,
    sinceMs: now.wallMs,
    unwellSinceMonoMs: isUnwell ? (health.unwellSinceMonoMs ?? now.monoMs) : null,
    reason,
    probes,
  };
}

/** A success breaks a row of failures; the level gets better only when enough of them came in a row. */
function passed({ level, successes }: ProbeStreak, probe: HealthProbe): ProbeStreak {
  const enough = probe.successThreshold ?? 1;
  const now = Math.min(successes + 1, enough);
  return { level: now >= enough ? "healthy" : level, failures: 0, successes: now };
}

/** A failure never makes the level better. */
function failed(
  { level, failures }: ProbeStreak,
  { means }: HealthReport,
  { failureThreshold }: HealthProbe,
  inStartPeriod: boolean,
): ProbeStreak {
  if (inStartPeriod) return { level, failures, successes: 0 };
  const now = Math.min(failures + 1, failureThreshold);
  const reached = means === null ? levelAt(now, failureThreshold) : LEVEL_OF[means];
  return { level: worst([level, reached]), failures: now, successes: 0 };
}

/** What it uses is its level, for better or worse. Only what is unhealthy is a failure, of which it takes a row. */
function usesTooMuch(
  { level, failures }: ProbeStreak,
  { means }: HealthReport,
  { failureThreshold }: HealthProbe,
  inStartPeriod: boolean,
): ProbeStreak {
  if (inStartPeriod) return { level, failures, successes: 0 };
  if (means === "warning" || means === "critical")
    return { level: means, failures: 0, successes: 0 };
  const now = Math.min(failures + 1, failureThreshold);
  return { level: now >= failureThreshold ? "unhealthy" : "critical", failures: now, successes: 0 };
}

function describe({ answer }: HealthReport, { failures }: ProbeStreak): string {
  return failures > 1 ? `${answer} (${failures} failures in a row)` : answer;
}

const LEVEL_OF = { warning: "warning", critical: "critical", failed: "unhealthy" } as const;

/** Where a threshold is too low for every step, the worse wins. */
function levelAt(failures: number, threshold: number): HealthLevel {
  if (failures >= threshold) return "unhealthy";
  return failures === threshold - 1 ? "critical" : "warning";
}

function worst(levels: readonly HealthLevel[]): HealthLevel {
  const ranks = levels.map((level) => HEALTH_LEVELS.indexOf(level));
  return HEALTH_LEVELS[Math.max(0, ...ranks)] ?? "healthy";
}

function isSame(one: ProbeStreak, other: ProbeStreak): boolean {
  return (
    one.level === other.level &&
    one.failures === other.failures &&
    one.successes === other.successes
  );
}
