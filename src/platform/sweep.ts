/** Sweeping: ends what is left of runs whose leaders are gone, and says so only when nothing is. All sweeps under way
 *  share each look at the process table. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { RunId } from "../model/ids.ts";
import type { Clock, SweepRequest } from "../supervisor/ports.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";
import { signalProcess } from "./signals.ts";

/** The pause between two looks, growing while nothing changes. */
const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 50;
/** After so many looks that SIGKILL did not help, the survivors are told of. */
const STUBBORN_LOOKS = 20;

interface Sweep {
  readonly request: SweepRequest;
  readonly done: () => void;
  readonly signalled: Set<string>;
  killedLooks: number;
  told: string;
}

export class Sweeper {
  readonly #clock: Clock;
  readonly #sweeps = new Set<Sweep>();
  #isScheduled = false;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sweep(request: SweepRequest): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const sweep = {
      request,
      done: resolve,
      signalled: new Set<string>(),
      killedLooks: 0,
      told: "",
    };
    this.#sweeps.add(sweep);
    this.#pauseMs = FIRST_PAUSE_MS;
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => this.#look());
    }
    return promise;
  }

  #look(): void {
    this.#isScheduled = false;
    const rows = processTable.rows().filter((row) => !row.isZombie && row.pid !== process.pid);
    for (const sweep of this.#sweeps) {
      const left = membersOf(sweep.request.runId, sweep.request.leader, rows);
      if (left.length === 0) {
        this.#sweeps.delete(sweep);
        sweep.done();
      } else {
        this.#end(sweep, left);
      }
    }
    if (this.#sweeps.size === 0) return;
    this.#isScheduled = true;
    setTimeout(() => this.#look(), this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 1.5);
  }

  /** Asks each process once; after the grace kills, again and again: new ones may have been forked meanwhile. */
  #end(sweep: Sweep, left: readonly ProcessRow[]): void {
    const { signal, graceUntilMonoMs, onSurvivors } = sweep.request;
    const isOver = this.#clock.now().monoMs >= graceUntilMonoMs;
    for (const row of left) {
      const key = `${row.pid} ${row.startTicks}`;
      if (isOver) signalProcess(row, "SIGKILL");
      else if (!sweep.signalled.has(key)) {
        sweep.signalled.add(key);
        signalProcess(row, signal);
        signalProcess(row, "SIGCONT");
      }
    }
    if (!isOver) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    sweep.killedLooks += 1;
    const pids = left.map(({ pid }) => pid);
    if (sweep.killedLooks < STUBBORN_LOOKS || sweep.told === pids.join()) return;
    sweep.told = pids.join();
    onSurvivors(pids);
  }
}

/** The processes of a run: those in its leader's group or session, those that carry its id in their environment, and
 *  the descendants of all these; but none that carries the id of another run. */
export function membersOf(
  runId: RunId,
  leader: ProcessIdentity,
  rows: readonly ProcessRow[],
): ProcessRow[] {
  // A pid is not given anew while it is still the number of a group or session: when it is, both are empty.
  const reused = rows.some((row) => row.pid === leader.pid && row.startTicks !== leader.startTicks);
  const members = new Map<number, ProcessRow>();
  for (const row of rows) {
    const inGroup = !reused && (row.pgid === leader.pid || row.sid === leader.pid);
    const carried = processTable.runIdOf(row);
    if (carried === runId || (inGroup && carried === null)) members.set(row.pid, row);
  }
  for (let grown = members.size > 0; grown;) {
    grown = false;
    for (const row of rows) {
      if (members.has(row.pid) || !members.has(row.ppid)) continue;
      const carried = processTable.runIdOf(row);
      if (carried !== null && carried !== runId) continue;
      members.set(row.pid, row);
      grown = true;
    }
  }
  return [...members.values()];
}
