/** Which changes of what a run is held to only its next start can put in force. */

import {
  type Confinement,
  type Enforceable,
  folderOf,
  type LimitMeans,
} from "../model/confinement.ts";

export function needsStart(
  before: Confinement | null,
  after: Confinement | null,
  { inRuns = ANYTHING }: Enforceable,
): boolean {
  if (folderOf(before) !== folderOf(after)) return true;
  if (inRuns.nice === "less" && niceOf(after) < niceOf(before)) return true;
  if (inRuns.rlimit === "any") return false;
  const [was, is] = [carried(before, "rlimit"), carried(after, "rlimit")];
  return [...new Set([...was.keys(), ...is.keys()])].some((limit) => {
    const [from = Infinity, to = Infinity] = [was.get(limit), is.get(limit)];
    return inRuns.rlimit === "never" ? to !== from : to > from;
  });
}

const ANYTHING: NonNullable<Enforceable["inRuns"]> = { rlimit: "any", nice: "any" };

function carried(confinement: Confinement | null, means: LimitMeans) {
  const limits = confinement?.own.filter(({ by }) => by === means) ?? [];
  return new Map(limits.map(({ limit, value }) => [limit, value]));
}

function niceOf(confinement: Confinement | null): number {
  return carried(confinement, "priority").get("nice") ?? 0;
}
