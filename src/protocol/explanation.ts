/** Why an instance is in its state: the shape of `why --json`. Times are ISO 8601 in UTC. */

import type { Inspection, WireProbe } from "./shapes.ts";
import type { Health, PublicState } from "./status.ts";

export interface Explanation {
  readonly id: string;
  readonly state: PublicState;
  readonly health: Health;
  readonly since: string;
  /** A sentence without a subject or a full stop. */
  readonly reason: string;
  /** As in `Status`: what it stands in for, or goes on without. Absent in answers of earlier versions. */
  readonly degraded?: string | null;
  /** Who takes over when it cannot run, and whether it has; null when nobody does. Absent as above. */
  readonly fallback?: {
    readonly process: string;
    readonly state: PublicState;
    readonly isOnDuty: boolean;
  } | null;
  /** The key of its definition, or of the one that it stands in for, that has put it there, and what it says; null when none
   *  has. */
  readonly rule: { readonly key: string; readonly text: string } | null;
  /** Those that it waits for; of one that was skipped, those that it cannot have. */
  readonly waitingFor: readonly Awaited[];
  /** What the probes of its present run have said lately. */
  readonly probes: readonly WireProbe[];
  /** When it is started again without being asked. */
  readonly nextRetryAt: string | null;
  /** When it has failed, or is killed, or is gone without, unless something happens before. */
  readonly deadlineAt: string | null;
  readonly lastExit: (NonNullable<Inspection["lastExit"]> & { readonly oomKilled: boolean }) | null;
  /** What its last run wrote last: both streams, oldest first. */
  readonly tail: readonly string[];
  /** Why changes of its files are not seen, or not at once; null when they are, or are not to be. Absent in answers of
   *  earlier versions. */
  readonly watchLimit?: string | null;
  /** The other instances of the same process. */
  readonly others: readonly { readonly id: string; readonly state: PublicState }[];
}

interface Awaited {
  readonly process: string;
  readonly condition: string;
  /** Of the instance that is in the way. */
  readonly state: PublicState;
  readonly health: Health;
  readonly since: string;
  readonly reason: string | null;
}
