/** Sweeping: ends what is left of runs whose leaders are gone, and says so only when nothing is. All sweeps under way
 *  share each look at the process table; a run with a control group of its own needs none. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { Clock, SweepRequest, Swept } from "../supervisor/ports.ts";
import type { Cgroups } from "./cgroups.ts";
import { mayBelong, ProcessForest, withoutDaemons } from "./process-tree.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";
import { signalPid, signalProcess } from "./signals.ts";

/** The pause between two looks, growing while nothing changes. */
const FIRST_PAUSE_MS = 2;
const PAUSE_GROWTH = 1.5;
const LONGEST_PAUSE_MS = 50;

/** After so many looks that SIGKILL did not help, the survivors are told of. */
const STUBBORN_LOOKS = 20;

/** How often one look stops what was forked meanwhile before it kills. */
const STOPPING_ROUNDS = 5;

interface Sweep {
  readonly request: SweepRequest;
  readonly done: (swept: Swept) => void;
  /** Those seen so far: when their parents go they can no longer be told from others. */
  readonly known: Map<number, ProcessRow>;
  /** Zombies seen so far, by `nameOf`. */
  readonly dead: Set<string>;
  /** Those that were asked to go, by `nameOf`. */
  readonly asked: Set<string>;
  killingLooks: number;
  told: string;
}

/** What a look has found. */
interface Found {
  readonly left: readonly ProcessRow[];
  /** True when somebody ended while the look was taken, who may have forked another just before. */
  readonly isUncertain: boolean;
}

interface Kill extends Found {
  readonly sweep: Sweep;
}

export class Sweeper {
  readonly #clock: Clock;
  readonly #cgroups: Cgroups | null;
  readonly #sweeps = new Set<Sweep>();
  /** What descended from leaders when they were signalled, by the leader's pid. */
  readonly #remembered = new Map<number, readonly ProcessRow[]>();
  /** Who was in a leader's group when that was signalled, by `nameOf`: has been asked to go. */
  readonly #asked = new Map<number, Set<string>>();
  #shared: ProcessForest | null = null;
  #isScheduled = false;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(clock: Clock, cgroups: Cgroups | null) {
    this.#clock = clock;
    this.#cgroups = cgroups;
  }

  /** To be called before a leader's group is signalled: what leaves its session and hides its run is known by descent
   *  alone, and that only while the leader lives; and nobody is to be asked to go twice. */
  remember(leader: ProcessIdentity): void {
    try {
      this.#remember(leader);
    } catch {
      // No descriptor is left to look with; the signal must go out all the same.
    }
  }

  #remember(leader: ProcessIdentity): void {
    const row = processTable.row(leader.pid);
    if (row === null || row.startTicks !== leader.startTicks) return;
    const runId = processTable.runIdOf(row) ?? "";
    const contained = this.#cgroups?.pidsOf(runId) ?? null;
    const members =
      contained?.flatMap((pid) => processTable.row(pid) ?? []) ??
      this.#forest().membersOf(runId, leader, [leader]);
    if (contained === null) this.#remembered.set(leader.pid, members);
    const grouped = members.filter(({ pgid }) => pgid === leader.pid);
    this.#asked.set(leader.pid, new Set(grouped.map(nameOf)));
  }

  sweep(request: SweepRequest): Promise<Swept> {
    const { promise, resolve } = Promise.withResolvers<Swept>();
    const { pid } = request.leader;
    const known = new Map(this.#remembered.get(pid)?.map((row) => [row.pid, row]));
    this.#remembered.delete(pid);
    const asked = this.#asked.get(pid) ?? new Set();
    this.#asked.delete(pid);
    const dead = new Set<string>();
    this.#sweeps.add({ request, done: resolve, known, dead, asked, killingLooks: 0, told: "" });
    this.#pauseMs = FIRST_PAUSE_MS;
    if (!this.#isScheduled) setImmediate(() => this.#look());
    this.#isScheduled = true;
    return promise;
  }

  #look(): void {
    const { monoMs } = this.#clock.now();
    let graceMs = Number.POSITIVE_INFINITY;
    try {
      graceMs = this.#act(monoMs) - monoMs;
    } finally {
      // Also when the look failed, for want of descriptors: nothing is known then, so nothing is over.
      this.#schedule(graceMs);
    }
  }

  /** When the next grace is over. */
  #act(monoMs: number): number {
    const kills: Kill[] = [];
    let nextMonoMs = Number.POSITIVE_INFINITY;
    for (const sweep of this.#sweeps) {
      const found = this.#find(sweep);
      const { graceUntilMonoMs } = sweep.request;
      if (found.left.length === 0 && !found.isUncertain) this.#finish(sweep);
      else if (monoMs >= graceUntilMonoMs) kills.push({ sweep, ...found });
      else {
        ask(sweep, found.left);
        nextMonoMs = Math.min(nextMonoMs, graceUntilMonoMs);
      }
    }
    this.#kill(kills);
    return nextMonoMs;
  }

  #schedule(graceMs: number): void {
    this.#isScheduled = this.#sweeps.size > 0;
    if (!this.#isScheduled) return;
    setTimeout(() => this.#look(), Math.min(this.#pauseMs, Math.max(1, graceMs)));
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * PAUSE_GROWTH);
  }

  #find(sweep: Sweep): Found {
    const { runId, leader } = sweep.request;
    const contained = this.#cgroups?.pidsOf(runId) ?? null;
    if (contained !== null) {
      const living = contained
        .flatMap((pid) => processTable.row(pid) ?? [])
        .filter(({ isZombie }) => !isZombie);
      const members = living.filter((row) => mayBelong(row, runId));
      const isUncertain = living.length < contained.length;
      return { left: withoutDaemons(members, runId), isUncertain };
    }
    const forest = this.#forest();
    const left = forest.membersOf(runId, leader, sweep.known.values());
    for (const row of left) sweep.known.set(row.pid, row);
    const newlyDead = forest.deadOf(leader).filter((row) => !sweep.dead.has(nameOf(row)));
    for (const row of newlyDead) sweep.dead.add(nameOf(row));
    return { left, isUncertain: newlyDead.length > 0 };
  }

  #finish(sweep: Sweep): void {
    this.#sweeps.delete(sweep);
    this.#cgroups?.remove(sweep.request.runId);
    sweep.done({ killed: sweep.killingLooks > 0 });
  }

  /** What forks while it is killed is stopped first, over and over, until nothing new turns up. */
  #kill(kills: readonly Kill[]): void {
    const forking = kills.filter(({ sweep }) => sweep.killingLooks > 0);
    const stopped = this.#stop(forking);
    for (const kill of kills) this.#killTree(stopped.get(kill.sweep) ?? kill);
  }

  #stop(forking: readonly Kill[]): Map<Sweep, Kill> {
    let kills = forking;
    const stopped = new Set<string>();
    for (let round = 0; round < STOPPING_ROUNDS && kills.length > 0; round += 1) {
      const running = kills.flatMap(({ left }) => left).filter((row) => !stopped.has(nameOf(row)));
      if (running.length === 0) break;
      for (const row of running) {
        stopped.add(nameOf(row));
        signalProcess(row, ["SIGSTOP"]);
      }
      this.#shared = null;
      kills = kills.map(({ sweep }) => ({ sweep, ...this.#find(sweep) }));
    }
    return new Map(kills.map((kill) => [kill.sweep, kill]));
  }

  #killTree({ sweep, left }: Kill): void {
    const { runId, leader, onSurvivors } = sweep.request;
    const pids = new Set(left.map(({ pid }) => pid));
    const contained = this.#cgroups?.pidsOf(runId) ?? null;
    if (contained !== null) {
      // Whom the group holds beside them is spared, see `process-tree.ts`; else the kernel kills all at once.
      if (contained.every((pid) => pids.has(pid) || processTable.row(pid) === null)) {
        this.#cgroups?.kill(runId);
      }
    } else if (this.#forest().isWholeGroup(leader, pids)) signalPid(-leader.pid, "SIGKILL");
    for (const row of left) signalProcess(row, ["SIGKILL"]);
    sweep.killingLooks += 1;
    if (sweep.killingLooks === 1) this.#pauseMs = FIRST_PAUSE_MS;
    const told = [...pids].join();
    if (sweep.killingLooks < STUBBORN_LOOKS || sweep.told === told) return;
    sweep.told = told;
    onSurvivors([...pids]);
  }

  /** One look at the process table serves everything that happens in one turn. */
  #forest(): ProcessForest {
    if (this.#shared === null) {
      this.#shared = new ProcessForest();
      setImmediate(() => {
        this.#shared = null;
      });
    }
    return this.#shared;
  }
}

/** Each process once. */
function ask({ request, asked }: Sweep, left: readonly ProcessRow[]): void {
  for (const row of left) {
    if (asked.has(nameOf(row))) continue;
    asked.add(nameOf(row));
    signalProcess(row, [request.signal, "SIGCONT"]);
  }
}

function nameOf({ pid, startTicks }: ProcessIdentity): string {
  return `${pid} ${startTicks}`;
}
