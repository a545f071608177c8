/** What a seed draws of schedules. */

import type { Input } from "../../src/model/inputs.ts";
import { OVERLAPS, type ProcessSpec } from "../../src/model/spec.ts";
import type { Project } from "../../src/model/state.ts";
import type { CronTimes } from "../../src/model/timetable.ts";
import type { Random } from "./random.ts";

/** The clock on the wall is set by hours and years, so the times may as well be close together. */
const MINUTES: CronTimes = { kind: "cron", cron: "* * * * *", timezone: "UTC" };

/** Some are run by a schedule, some others are restarted by the clock. */
export function withSchedule(random: Random, process: ProcessSpec): ProcessSpec {
  if (random.chance(0.7)) return process;
  if (random.chance(0.2)) return { ...process, restart: { ...process.restart, cron: MINUTES } };
  const everyMs = random.whole(300, 6_000);
  return {
    ...process,
    schedule: {
      times: random.chance(0.2) ? MINUTES : { kind: "every", everyMs },
      overlap: random.pick(OVERLAPS),
      ...(random.chance(0.3) ? { runOnStart: true } : {}),
      ...(random.chance(0.3) ? { catchUp: true } : {}),
    },
  };
}

/** In half an hour of calm it comes twice, and then long before the end. */
const SLOW_MS = 700_000;

/** Whatever has times gets some that leave it in peace for long. Null where nothing has any. */
export function slowDown({ spec, updates, profiles }: Project): Input | null {
  const isTimed = Object.values(spec.processes).some(
    ({ schedule, restart }) => schedule !== undefined || restart.cron !== undefined,
  );
  if (!isTimed) return null;
  const processes = Object.values(spec.processes).map(({ schedule, ...whole }) => {
    const { cron: _cron, ...restart } = whole.restart;
    const process = { ...whole, restart };
    const times = { kind: "every", everyMs: SLOW_MS } as const;
    const slow = schedule === undefined ? {} : { schedule: { ...schedule, times } };
    return [process.name, { ...process, ...slow }] as const;
  });
  return {
    kind: "project-defined",
    spec: { ...spec, processes: Object.fromEntries(processes) },
    profiles,
    updates,
    only: null,
    callerEnv: {},
    updateEnv: false,
    prune: false,
  };
}
