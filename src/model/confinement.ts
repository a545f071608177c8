/** What runs may use at most, and by what they are held to it. */

/** `memory` in bytes, `cpu` in cores, `pids` processes and threads: of a whole tree. `openFiles` and `nice`: of each process. */
export const LIMITS = ["memory", "cpu", "pids", "openFiles", "nice"] as const;
export type LimitName = (typeof LIMITS)[number];

/** What is limited of a whole tree can be limited of several trees together. */
export const TREE_LIMITS = ["memory", "cpu", "pids"] as const;
export type TreeLimit = (typeof TREE_LIMITS)[number];

export const ENFORCEMENTS = ["auto", "cgroup", "rlimit", "watch"] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

/** Limits as they are asked for. */
export interface LimitSpec extends Readonly<Partial<Record<LimitName, number>>> {
  /** Absent: `auto`. */
  readonly enforce?: Exclude<Enforcement, "auto">;
}

/** Limits of several trees together, as they are asked for. */
export type GroupLimitSpec = Pick<LimitSpec, TreeLimit | "enforce">;

/** `nothing`: the process ran before procman took it over, and can be held to it from its next start only. */
export type LimitMeans = "cgroup" | "rlimit" | "priority" | "watch" | "nothing";

/** A limit that is in force, and by what. */
export interface Limit {
  readonly limit: LimitName;
  readonly value: number;
  readonly by: LimitMeans;
}

/** Limits that a run shares with the others of its group. */
export interface SharedLimits {
  readonly name: string;
  /** Names the control group of the group, also among those of other projects and homes. */
  readonly folder: string;
  readonly limits: readonly Limit[];
}

/** Everything that a run is held to. */
export interface Confinement {
  readonly own: readonly Limit[];
  readonly shared: SharedLimits | null;
}

/** What a run that is there is to be held to. */
export interface NewLimits {
  readonly confinement: Confinement;
  /** What it was held to before; null: that is not known. */
  readonly before: Confinement | null;
}

/** What this machine lets procman limit by each means. */
export interface Enforceable {
  readonly cgroup: readonly LimitName[];
  readonly rlimit: readonly LimitName[];
  /** How far the limits that what runs carries itself can be changed. Absent: to anything. */
  readonly inRuns?: { readonly rlimit: Changeable; readonly nice: Changeable };
  /** No process can be let open more files. Absent: any number. */
  readonly openFilesMost?: number;
}

/** `less`: to more there is no right. `never`: there is no call for it. */
export type Changeable = "any" | "less" | "never";

export const NOTHING_ENFORCEABLE: Enforceable = { cgroup: [], rlimit: [] };

export function isHeldBy(limits: readonly Limit[], means: LimitMeans): boolean {
  return limits.some(({ by }) => by === means);
}

/** Watched limits that the members of a group are over together. */
export interface GroupOver {
  readonly limits: readonly TreeLimit[];
  /** Absent: that it uses too much CPU time was not told. */
  readonly isCpuTold?: true;
}

/** By the control group of the run, or by that of its group. */
export function isHeldByGroup(confinement: Confinement | null | undefined): boolean {
  const { own = [], shared = null } = confinement ?? {};
  return isHeldBy([...own, ...(shared?.limits ?? [])], "cgroup");
}

/** The control group that it has to be born in; null: its own will do anywhere. */
export function folderOf(confinement: Confinement | null | undefined): string | null {
  const shared = confinement?.shared ?? null;
  return shared !== null && isHeldBy(shared.limits, "cgroup") ? shared.folder : null;
}
