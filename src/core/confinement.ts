/** From the limits of a definition to what a run is held to here: each limit by what can put it in force. */

import {
  type Confinement,
  type Enforceable,
  type Enforcement,
  type Limit,
  type LimitMeans,
  type LimitName,
  LIMITS,
  type LimitSpec,
  type SharedLimits,
} from "../model/confinement.ts";
import { own } from "../model/own.ts";
import type { ProcessSpec, ProjectSpec } from "../model/spec.ts";

/** What there is to put limits in force with. */
export interface Where {
  readonly enforceable: Enforceable;
  readonly homeId: string;
}

export interface Confining {
  /** Null: it is held to nothing. */
  readonly confinement: Confinement | null;
  /** Why limits that are asked for cannot be put in force, each a sentence. */
  readonly refused: readonly string[];
}

const FREE: Confining = { confinement: null, refused: [] };

export function confinementOf(
  project: ProjectSpec,
  process: ProcessSpec,
  { enforceable, homeId }: Where,
): Confining {
  const group = groupWithLimits(project, process);
  if (process.limits === undefined && group === null) return FREE;
  const mine = placed(process.limits ?? {}, "limits", enforceable);
  const theirs = group === null ? null : sharedLimits(project, group, { enforceable, homeId });
  const shared = theirs?.shared ?? null;
  const refused = [...mine.refused, ...(theirs?.refused ?? [])];
  return { confinement: { own: mine.limits, shared }, refused };
}

/** Of one that ran before procman took it over: it is in no control group of procman's. */
export function confinementOfStranger(
  project: ProjectSpec,
  process: ProcessSpec,
  where: Where,
): Confinement | null {
  const { confinement } = confinementOf(project, process, where);
  if (confinement === null) return null;
  const { cgroup: _, ...others } = where.enforceable;
  const left = placed(process.limits ?? {}, "limits", { ...others, cgroup: [] });
  const held = new Set(left.limits.map(({ limit }) => limit));
  const asked = LIMITS.filter((limit) => process.limits?.[limit] !== undefined && !held.has(limit));
  const unheld = asked.map((limit) => {
    return { limit, value: process.limits?.[limit] ?? 0, by: "nothing" } as const;
  });
  const { shared } = confinement;
  const outside = shared?.limits.map((it) =>
    it.by === "cgroup" ? { ...it, by: "nothing" as const } : it,
  );
  return {
    own: [...left.limits, ...unheld],
    shared: shared === null ? null : { ...shared, limits: outside ?? [] },
  };
}

/** What the members of a group are held to together. */
export function sharedLimits(
  { name, groups }: ProjectSpec,
  group: string,
  { enforceable, homeId }: Where,
): { readonly shared: SharedLimits; readonly refused: readonly string[] } {
  const spec = own(groups, group)?.limits ?? {};
  const { cgroup } = enforceable;
  const { limits, refused } = placed(spec, `groups.${group}.limits`, { cgroup, rlimit: [] });
  return { shared: { name: group, folder: `${homeId}.${name}.${group}`, limits }, refused };
}

/** The configuration has seen to it that there is one at most. */
function groupWithLimits({ groups }: ProjectSpec, process: ProcessSpec): string | null {
  return process.groups.find((name) => own(groups, name)?.limits !== undefined) ?? null;
}

function placed(spec: LimitSpec, key: string, enforceable: Enforceable) {
  const limits: Limit[] = [];
  const refused: string[] = [];
  for (const limit of LIMITS) {
    const value = spec[limit];
    if (value === undefined) continue;
    const by = meansOf(limit, spec.enforce ?? "auto", enforceable);
    const { openFilesMost = Infinity } = enforceable;
    if (limit === "openFiles" && value > openFilesMost) {
      refused.push(
        `${key}.${limit}: ${value} is above the hard limit of ${openFilesMost}, ${NO_RIGHT}`,
      );
    } else if (by === null) refused.push(`${key}.${limit}: ${refusalOf(limit, spec.enforce)}`);
    else limits.push({ limit, value, by });
  }
  return { limits, refused };
}

const NO_RIGHT = "which only root with CAP_SYS_RESOURCE may raise";

function meansOf(
  limit: LimitName,
  enforce: Enforcement,
  { cgroup, rlimit }: Enforceable,
): LimitMeans | null {
  if (limit === "nice") return "priority";
  if (limit === "openFiles") return rlimit.includes(limit) ? "rlimit" : null;
  switch (enforce) {
    case "watch":
      return "watch";
    case "rlimit":
      return rlimit.includes(limit) ? "rlimit" : null;
    case "cgroup":
      return cgroup.includes(limit) ? "cgroup" : null;
    case "auto":
      if (cgroup.includes(limit)) return "cgroup";
      return limit === "cpu" ? null : "watch";
  }
}

function refusalOf(limit: LimitName, enforce: Enforcement = "auto"): string {
  if (limit === "openFiles" || enforce === "rlimit") {
    return `no rlimit of this system holds a process to that`;
  }
  const none = `control groups that limit ${limit} cannot be made here`;
  return limit === "cpu"
    ? `${none}; \`enforce: "watch"\` warns of what is used beyond`
    : `${none}; without \`enforce: "${enforce}"\` it is watched`;
}
