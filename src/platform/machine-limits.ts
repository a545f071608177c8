/** The limits that the machine sets, as the platform shows them. */

/** Null stands for "no limit", or, where that is said, for "cannot be known". */
export interface MachineLimits {
  /** Descriptors that one process may open; Bun raises its own to that. */
  readonly openFiles: number | null;
  /** How many processes and threads more this user may start, and what bounds them. */
  readonly tasksLeft: { readonly count: number; readonly bound: string } | null;
  readonly pipes: PipeBudget | null;
  /** Null where files are watched in another way. */
  readonly inotify: { readonly instances: number; readonly watches: number } | null;
}

/** Pages of memory that the pipes of one user may hold together; pipe(7). */
export interface PipeBudget {
  /** Beyond it new pipes are small; null without a limit. */
  readonly softPages: number | null;
  /** Beyond it none can be made; null without a limit. */
  readonly hardPages: number | null;
  /** What this user's pipes hold, those that can be seen. */
  readonly usedPages: number;
}
