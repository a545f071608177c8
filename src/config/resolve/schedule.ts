/** When a process is run or restarted by the clock. */

import type { ProcessSpec, ScheduleSpec } from "../../model/spec.ts";
import type { CronTimes } from "../../model/timetable.ts";
import type { Report } from "../report.ts";
import type { ProcessValues } from "../schema/process.ts";
import { originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";

/** Left out when there is none, so that definitions stored before there were any stay the same. */
export function scheduleOf(given: ProcessValues["schedule"]): Pick<ProcessSpec, "schedule"> {
  if (given === undefined) return {};
  const values = typeof given === "string" ? { cron: given } : given;
  const { cron, every, timezone, overlap, runOnStart, catchUp } = values;
  const schedule: ScheduleSpec = {
    times:
      cron === undefined
        ? { kind: "every", everyMs: every ?? 0 }
        : cronTimes(cron, timezone ?? systemTimezone()),
    overlap: overlap ?? "skip",
    ...(runOnStart === true ? { runOnStart } : {}),
    ...(catchUp === true ? { catchUp } : {}),
  };
  return { schedule };
}

export function restartTimes(cron: string | undefined): { readonly cron?: CronTimes } {
  return cron === undefined ? {} : { cron: cronTimes(cron, systemTimezone()) };
}

/** What no one else would notice: keys that make no sense together. */
export function checkSchedules(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  for (const { name, schedule, restart, port } of specs) {
    if (schedule === undefined) continue;
    const { node } = drafts.get(name)!;
    if (restart.policy === "always") {
      const text = "what has a schedule ends by itself, so it cannot be started again always";
      report.invalid(originAt(node, ["restart"]), text, 'Did you mean "on-failure"?');
    }
    if (schedule.overlap === "allow" && port !== null) {
      const text = "runs beside one another cannot have the same port";
      report.invalid(originAt(node, ["schedule", "overlap"]), text);
    }
    if (restart.cron !== undefined) {
      const text = "what has a schedule is run by it, and not restarted by the clock as well";
      report.invalid(originAt(node, ["restart", "cron"]), text, OTHERWISE);
    }
  }
}

const OTHERWISE = "`schedule: { overlap: replace }` ends the run before when it still goes on.";

function cronTimes(cron: string, timezone: string): CronTimes {
  return { kind: "cron", cron: cron.trim().split(/\s+/).join(" "), timezone };
}

/** As it is where the configuration is read; so the definition says it, whoever's clock the daemon has. */
function systemTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
