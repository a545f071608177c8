/** Why an instance is where it is: which rule of its definition has put it there, and until when. */

import { formatDuration } from "../model/duration.ts";
import { probeText } from "../model/probe-text.ts";
import { limits } from "../model/limits.ts";
import type { ProcessSpec, ScheduleSpec } from "../model/spec.ts";
import type { Instance, RunHealth } from "../model/state.ts";
import type { Timetable } from "../model/timetable.ts";
import { LATE, NEVER_READY, unreadyReason } from "./end-moves.ts";
import { describeTimeout } from "./dependencies.ts";
import { spentBudget } from "./restart.ts";

/** A key of the configuration, and what it says here. */
export interface Rule {
  readonly key: string;
  readonly text: string;
}

/** Null where no rule but the request of somebody is behind it. */
export function ruleOn(instance: Instance, spec: ProcessSpec): Rule | null {
  const { state } = instance;
  switch (state.kind) {
    case "starting":
      return { key: "ready", text: readyText(spec) };
    case "running":
      return isUnwell(state.health)
        ? { key: "health", text: healthText(spec) }
        : (standInRule(instance) ?? clockRule(spec));
    case "scheduled":
      return clockRule(spec);
    case "backoff":
      return {
        key: "restart.policy",
        text: `${spec.restart.policy}; ${budgetText(instance, spec)}`,
      };
    case "failed":
      return state.spawnError === undefined ? failureRule(instance, state.reason, spec) : null;
    case "suspended":
      return {
        key: "watch",
        text: `suspended after ${limits.ownChangesInARow} changes of a file in a row that seem to be its own, or ${limits.steadyChangesInARow} of any files`,
      };
    case "completed":
      return {
        key: "restart.policy",
        text: `${spec.restart.policy}: what has succeeded is not started again`,
      };
    case "skipped":
      return skipRule(state.reason, spec);
    case "stopping":
      return state.cause === "kill" ? null : stopRule(spec);
    case "killed":
      return state.reason === LATE ? stopRule(spec) : null;
    case "stopped":
      return instance.lastRun === null ? unstartedRule(spec) : null;
    default:
      return null;
  }
}

/** What is fine, or was asked for, in words: states that carry no reason. */
export function plainReason(instance: Instance, spec: ProcessSpec): string {
  const { state, lastExit } = instance;
  switch (state.kind) {
    case "spawning":
      return "it is being spawned";
    case "starting":
      return `it runs, and is not ready yet: ${spec.ready.map(probeText).join(" and ")}`;
    case "running": {
      const stranger = state.run.stranger === true ? "; it ran already, and was taken over" : "";
      const taken = `${stranger}${reloadText(instance)}`;
      if (state.health?.level === "healthy") return `it runs, is ready and healthy${taken}`;
      return spec.ready.length === 0
        ? `it runs; nothing tells when it is ready${taken}`
        : `it runs and is ready${taken}`;
    }
    case "stopping":
      return "it was told to end and has not yet";
    case "cleaning":
    case "exited":
      return "it has ended; what is left of its tree and its output is seen to";
    case "scheduled":
      return state.last === null
        ? "it waits for its time"
        : "its last run has done its work, and it waits for its next time";
    case "completed":
      return `it has done its work${lastExit?.code === null ? "" : ` (code ${lastExit?.code})`}`;
    case "stopped":
      return "it was asked to stop";
    case "killed":
      return "it was asked to be killed";
    default:
      return "it waits for its turn";
  }
}

function reloadText({ beside, reload }: Instance): string {
  if (beside?.role === "successor") return "; another run of it is coming up, to take its place";
  if (beside !== undefined) return "; the run before it is being stopped";
  if (reload === undefined) return "";
  return reload.kind === "asked"
    ? "; it waits for its turn to be reloaded"
    : `; it could not be reloaded: ${reload.reason}`;
}

/** The other's key: its own has nothing of it. */
function standInRule({ standsInFor }: Instance): Rule | null {
  if (standsInFor === undefined) return null;
  return { key: `processes.${standsInFor}.fallback`, text: `it runs while ${standsInFor} cannot` };
}

function stopRule({ stop }: ProcessSpec): Rule {
  const text = `SIGKILL ${formatDuration(stop.timeoutMs)} after ${stop.signal}`;
  return { key: "stop.timeout", text };
}

function skipRule(reason: string, { dependsOn }: ProcessSpec): Rule {
  const late = dependsOn.find((it) => it.timeoutMs !== null && describeTimeout(it) === reason);
  if (late === undefined) return { key: "dependsOn", text: "it starts only with all of these" };
  const text = `${formatDuration(late.timeoutMs ?? 0)}, then it is not waited for any longer`;
  return { key: `dependsOn.${late.process}.timeout`, text };
}

function failureRule(instance: Instance, reason: string, spec: ProcessSpec): Rule {
  const { policy, max, windowMs } = spec.restart;
  const unready = unreadyReason(spec);
  if (reason === unready || reason.startsWith(`${unready}: `)) {
    return { key: "ready.within", text: readyText(spec) };
  }
  if (reason.startsWith(`${NEVER_READY}: `)) {
    return { key: "ready.failureThreshold", text: toleranceText(spec) };
  }
  const hook = /^hooks\.\w+/.exec(reason)?.[0];
  if (hook !== undefined) {
    return { key: `${hook}.onFailure`, text: "fail: what it comes after has failed with it" };
  }
  if (policy !== "no" && reason.endsWith(spentBudget(spec.restart))) {
    const budget = `${max} ${max === 1 ? "restart" : "restarts"} within restart.window ${formatDuration(windowMs)}, then it has failed${totalText(instance)}`;
    return { key: "restart.max", text: budget };
  }
  return { key: "restart.policy", text: `${policy}: it is not started again` };
}

/** When it ends by the clock, or is to run again. */
function clockRule({ schedule, restart }: ProcessSpec): Rule | null {
  if (schedule !== undefined) return { key: "schedule", text: scheduleText(schedule) };
  return restart.cron === undefined
    ? null
    : { key: "restart.cron", text: `restarted at ${timesText(restart.cron)}` };
}

function scheduleText({ times, overlap }: ScheduleSpec): string {
  const when = timesText(times);
  if (overlap === "skip") return `${when}, unless the run before still goes on`;
  return overlap === "replace" ? `${when}, instead of a run that still goes on` : when;
}

/** `0 4 * * * (Europe/Berlin)`, `every 30s`. */
function timesText(times: Timetable): string {
  return times.kind === "cron"
    ? `${times.cron} (${times.timezone})`
    : `every ${formatDuration(times.everyMs)}`;
}

function readyText({ ready, readyWithinMs }: ProcessSpec): string {
  return `${ready.map(probeText).join(" and ")} within ${formatDuration(readyWithinMs)}`;
}

function toleranceText({ ready }: ProcessSpec): string {
  return ready
    .flatMap((probe) => {
      if (probe.kind === "after" || probe.failureThreshold === undefined) return [];
      const { failureThreshold: most } = probe;
      const often = most === 1 ? "the first failure" : `${most} failures in a row`;
      return `${probeText(probe)}, ${often} and it has failed`;
    })
    .join("; ");
}

function isUnwell(health: RunHealth | undefined): boolean {
  return health !== undefined && health.level !== "healthy" && health.level !== "starting";
}

function healthText({ health = [] }: ProcessSpec): string {
  const texts = health.map((probe) => {
    const { intervalMs, failureThreshold: most } = probe;
    const often = most === 1 ? "the first failure" : `${most} failures in a row`;
    return `${probeText(probe)} every ${formatDuration(intervalMs)}, ${often} and it has failed`;
  });
  return texts.join("; ");
}

function budgetText(instance: Instance, { restart }: ProcessSpec): string {
  const window = formatDuration(restart.windowMs);
  const used = instance.restartTimesMonoMs.length;
  return `${used} of ${restart.max} restarts within ${window} are used${totalText(instance)}`;
}

/** The number that lists show, where it is another one. */
function totalText({ restarts, restartTimesMonoMs }: Instance): string {
  return restarts > restartTimesMonoMs.length ? `; ${restarts} restarts in all` : "";
}

function unstartedRule({ disabled, autostart, adHoc }: ProcessSpec): Rule | null {
  if (disabled) return { key: "disabled", text: "nothing starts it" };
  if (!autostart && adHoc !== true)
    return { key: "autostart", text: "false: 'up' leaves it alone unless it is named" };
  return null;
}
