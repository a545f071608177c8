/** What a run uses of the machine, its whole tree of processes taken together. */

/** Null where a value is not known. */
export interface Use {
  readonly atMs: number;
  /** 100 is one core, over the time since the measurement before. */
  readonly cpuPercent: number | null;
  /** The memory that each process has for itself, and the largest part that one shares, once. Of one process: its
   *  resident set. */
  readonly memoryBytes: number | null;
  readonly threads: number | null;
  // What follows is measured when somebody asks for it, else it is not known either.
  /** Open descriptors. */
  readonly fds: number | null;
  /** From and to disks since the run began. */
  readonly readBytes: number | null;
  readonly writeBytes: number | null;
  /** TCP connections. */
  readonly connections: number | null;
}

/** What thresholds are about. */
export const METRICS = ["memory", "cpu"] as const;
export type Metric = (typeof METRICS)[number];

/** From where on what is used is too much, in bytes or percent of a core. Absent: there is no such step. */
export interface UseLevels {
  readonly warning?: number;
  readonly critical?: number;
}

/** Use that is told of, and changes nothing. */
export interface UseThreshold extends UseLevels {
  /** It counts when it has lasted that long. Absent: at once. */
  readonly forMs?: number;
}

export type UseThresholds = Readonly<Partial<Record<Metric, UseThreshold>>>;

export interface Span {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** How memory has grown over a time in which it never went back. */
export interface MemoryGrowth {
  readonly bytesPerHour: number;
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly durationMs: number;
}

/** A stretch of time, and what was used in it; null where nothing is known. */
export type Stretch = { readonly fromMs: number } & Readonly<Record<Metric, Span | null>>;

/** A step that is taken, or taken back, when what it is about has lasted. */
export interface UseStep {
  readonly isReached: boolean;
  /** Since when it is the other way round; null while it is not. */
  readonly otherwiseSinceMonoMs: number | null;
}

/** What one metric of a run has come to by its thresholds. */
export interface MetricVerdict {
  readonly warning: UseStep;
  readonly critical: UseStep;
  /** Since when its level is as it is. */
  readonly sinceMonoMs: number;
}

/** The verdict on what a run uses. */
export interface UseVerdict extends Readonly<Partial<Record<Metric, MetricVerdict>>> {
  /** That its memory grows and grows was told. */
  readonly isTrendTold?: true;
}
