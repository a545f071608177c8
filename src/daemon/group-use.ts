/** What groups use whose limits are watched: told together, because none of their runs is over anything itself. */

import { isHeldBy } from "../model/confinement.ts";
import type { GroupMember, InputOf } from "../model/inputs.ts";
import type { Instance, World } from "../model/state.ts";
import type { Use } from "../model/use.ts";

/** `uses`: what was measured just now. A group that was over a limit is told of also when nothing of it runs any more. */
export function groupReports(
  { projects }: Pick<World, "projects">,
  uses: ReadonlyMap<Instance, Use>,
): InputOf<"group-measured">[] {
  const reports = new Map<string, InputOf<"group-measured"> & { members: GroupMember[] }>();
  const reportOn = (project: string, group: string) => {
    const key = `${project}/${group}`;
    const known = reports.get(key) ?? { kind: "group-measured", project, group, members: [] };
    reports.set(key, known);
    return known;
  };
  for (const [{ id: instance, project, state }, use] of uses) {
    const run = "run" in state && "pid" in state.run ? state.run : null;
    const shared = run?.confinement?.shared ?? null;
    if (run === null || shared === null || !isHeldBy(shared.limits, "watch")) continue;
    const { memoryBytes: memory, cpuPercent: cpu, threads } = use;
    reportOn(project, shared.name).members.push({ instance, runId: run.id, memory, cpu, threads });
  }
  for (const [project, { overTogether }] of projects) {
    for (const group of Object.keys(overTogether ?? {})) reportOn(project, group);
  }
  return [...reports.values()];
}
