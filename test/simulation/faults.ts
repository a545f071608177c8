/** What can go wrong in the simulated world, and what is seen of it. */

import type { JournalEvent } from "../../src/model/events.ts";
import type { RunId } from "../../src/model/ids.ts";
import type { ProcessIdentity } from "../../src/model/inputs.ts";
import type { Changes } from "../../src/model/state.ts";
import type { ObservedExit } from "../../src/supervisor/ports.ts";

/** How often things go wrong; drawn anew for each seed. */
export interface Rates {
  readonly permanentSpawnError: number;
  readonly transientSpawnError: number;
  readonly stubborn: number;
  readonly crash: number;
  readonly grandchild: number;
  readonly neverReady: number;
  readonly unwell: number;
  readonly commitFailure: number;
  readonly duplicateNews: number;
  /** A process that a definition with `adopt: match` means runs already. */
  readonly stranger: number;
  /** The port of a run that is to start is held by what was started in another. */
  readonly leftover: number;
  /** What runs cannot be held to new limits. */
  readonly unconfined: number;
}

export const CALM: Rates = {
  permanentSpawnError: 0,
  transientSpawnError: 0,
  stubborn: 0,
  crash: 0,
  grandchild: 0,
  neverReady: 0,
  unwell: 0,
  commitFailure: 0,
  duplicateNews: 0,
  stranger: 0,
  leftover: 0,
  unconfined: 0,
};

/** Of a process that nobody manages. */
export const NO_RUN: RunId = "";

export interface SimProcess extends ProcessIdentity {
  /** `NO_RUN` until it is taken over. */
  runId: RunId;
  readonly isLeader: boolean;
  readonly stubborn: boolean;
  alive: boolean;
  exit: ObservedExit | null;
  readonly watchers: ((exit: ObservedExit, isParent: boolean) => void)[];
}

/** What checkers are told of, beside commits. */
export interface Witness {
  spawned(process: SimProcess): void;
  signalled(leader: ProcessIdentity, signal: string): void;
  swept(runId: RunId, leader: ProcessIdentity): void;
  /** Health probes of a run begin anew: what was found before does not count. */
  probingBegan(runId: RunId): void;
  probed(runId: RunId, probe: number, passed: boolean): void;
  daemonDied(): void;
  committed(changes: Changes, events: readonly JournalEvent[]): void;
}
