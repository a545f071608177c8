/** What a run uses of the machine, its whole tree of processes taken together. */

/** Null where a value is not known. */
export interface Use {
  readonly atMs: number;
  /** 100 is one core, over the time since the measurement before. */
  readonly cpuPercent: number | null;
  /** The memory that each process has for itself, and the largest part that one shares, once. Of one process: its
   *  resident set. */
  readonly memoryBytes: number | null;
  /** Open descriptors. */
  readonly fds: number | null;
  readonly threads: number | null;
  /** From and to disks since the run began. */
  readonly readBytes: number | null;
  readonly writeBytes: number | null;
  /** TCP connections; also null when nobody has asked for them. */
  readonly connections: number | null;
}

/** What thresholds are about. */
export const METRICS = ["memory", "cpu"] as const;
export type Metric = (typeof METRICS)[number];
