/** The simulated world: a clock that jumps, processes that misbehave, a store that survives. It implements the ports
 *  of the supervisor and nothing else; what it does is decided by a seed. */

import type { InstanceId, RunId } from "../../src/model/ids.ts";
import type { ProcessIdentity } from "../../src/model/inputs.ts";
import type { Changes } from "../../src/model/state.ts";
import type { JournalEvent } from "../../src/model/events.ts";
import { applyChanges, emptyWorld, type MutableWorld } from "../../src/core/world.ts";
import type {
  ObservedExit,
  SpawnRequest,
  SweepRequest,
  Swept,
} from "../../src/supervisor/ports.ts";
import type { PerformerPorts } from "../../src/supervisor/performer.ts";
import { SimFiles } from "./files.ts";
import type { Chance, Store, Watcher } from "../../src/supervisor/ports.ts";
import { SimLimits } from "./limits.ts";
import { portTaken } from "./leftover.ts";
import { simulatedProber } from "./prober.ts";
import { Random } from "./random.ts";
import { NO_RUN, type Rates, type SimProcess, type Witness } from "./faults.ts";
import { simClock, WallClock } from "./sim-clock.ts";
import { after, simOutput, simTellers, type Heard, type Later } from "./side-ports.ts";

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
}

export class SimWorld {
  readonly random: Random;
  readonly processes: SimProcess[] = [];
  readonly events: JournalEvent[] = [];
  readonly heard: Heard = { notices: [], commands: [], balanced: [] };
  /** Instances that somebody has asked to start without waiting for dependencies. */
  readonly ungated = new Set<InstanceId>();
  /** Instances that somebody has asked of what begins a new count of restarts. */
  readonly recounted = new Set<InstanceId>();
  /** Instances that somebody has ever asked to start or to restart. */
  readonly asked = new Set<InstanceId>();
  /** The last request for each instance that was taken in, by its kind. */
  readonly obeyed = new Map<InstanceId, string>();
  readonly files: SimFiles;
  rates: Rates;
  nowMs = 1_000;
  /** What the registry holds. */
  stored: MutableWorld = emptyWorld("/home", "sim");
  /** Which daemon lives; calls of an earlier one do nothing. */
  #daemon = 0;
  hasDaemon = false;
  #agenda: Happening[] = [];
  #order = 0;
  #nextPid = 100;
  #nextTicks = 1;
  readonly #wall: WallClock;
  readonly witness: Witness;
  readonly limits: SimLimits;

  constructor(seed: number, rates: Rates, witness: Witness) {
    this.random = new Random(seed);
    this.files = new SimFiles(seed, this, (inMs, act) => this.#at(this.nowMs + inMs, act));
    this.#wall = new WallClock(seed);
    this.rates = rates;
    this.limits = new SimLimits(this, seed);
    this.witness = witness;
  }

  /** The ports of a new daemon; those of the one before are dead from now on. `exec`: children stay children. */
  boot(): PerformerPorts & { chance: Chance; store: Store; watcher: Watcher } {
    this.killDaemon();
    const daemon = this.#daemon;
    this.hasDaemon = true;
    const lives = (): boolean => daemon === this.#daemon;
    const later: Later = (delayMs, act) =>
      this.#at(this.nowMs + delayMs, () => {
        if (lives()) act();
      });
    const watched = new Set<string>();
    return {
      clock: simClock(this, this.#wall, later),
      chance: { next: () => this.random.next() },
      processes: {
        spawn: (request) => this.#spawn(request, later),
        confine: (runId, _, limits) => (lives() ? this.limits.confine(runId, limits) : null),
        shortage: () => null,
        ranOutOfMemory: () => false,
        findStranger: () => this.#findStranger(watched),
        isAlive: (identity) => this.#find(identity)?.alive === true,
        findLeader: (runId) => this.alive(runId)[0] ?? null,
        watch: (identity, onExit) => {
          watched.add(`${identity.pid} ${identity.startTicks}`);
          return this.#watch(identity, onExit, later);
        },
        signalGroup: (leader, signal) => {
          if (lives()) this.#signal(leader, signal);
        },
        sweep: (request) => this.#sweep(request, later),
      },
      watcher: this.files.watcher(later),
      output: simOutput(this.random, () => this.rates, later),
      pidFiles: { write: () => {}, remove: () => {} },
      prober: simulatedProber(this, later),
      ...simTellers(this.random, this.heard, later, () => this.rates),
      store: {
        load: () => ({ world: this.stored, lastSeq: this.events.length, bootId: null }),
        commit: (changes, events) => this.#commit(changes, events, lives),
        isShortage: () => true,
        eventsAfter: (seq) => this.events.slice(seq),
        firstSeq: () => 1,
      },
    };
  }

  /** The daemon is gone, at once; whatever it was about to do is not done. */
  killDaemon(): void {
    this.#daemon += 1;
    this.hasDaemon = false;
    for (const command of this.heard.commands) command.ok ??= false;
    this.witness.daemonDied();
  }

  /** The machine is gone, with everything on it. */
  reboot(): void {
    this.killDaemon();
    for (const process of this.processes) process.alive = false;
    this.#agenda = [];
  }

  alive(runId?: RunId): SimProcess[] {
    return this.processes.filter((it) => it.alive && (runId === undefined || it.runId === runId));
  }

  /** Lets happen what is next; false when nothing is, or only later than `untilMs`. */
  async advance(untilMs: number): Promise<boolean> {
    let next: Happening | undefined;
    for (const happening of this.#agenda) {
      const isSooner =
        next === undefined ||
        happening.atMs < next.atMs ||
        (happening.atMs === next.atMs && happening.order < next.order);
      if (isSooner) next = happening;
    }
    if (next === undefined || next.atMs > untilMs) {
      this.nowMs = untilMs;
      return false;
    }
    this.#agenda.splice(this.#agenda.indexOf(next), 1);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.act();
    // Promises that this settled are heard.
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    return true;
  }

  #at(atMs: number, act: () => void): void {
    this.#order += 1;
    this.#agenda.push({ atMs, order: this.#order, act });
  }

  #commit(changes: Changes, events: readonly JournalEvent[], lives: () => boolean): void {
    if (!lives()) throw new Error("a dead daemon writes nothing");
    if (this.random.chance(this.rates.commitFailure)) throw new Error("the disk is full");
    applyChanges(this.stored, structuredClone(changes));
    this.events.push(...events);
    this.#takeOver(changes);
    this.witness.committed(changes, events);
    if (this.killAfterCommit !== null) {
      this.killAfterCommit -= 1;
      if (this.killAfterCommit > 0) return;
      this.killAfterCommit = null;
      this.killDaemon();
    }
  }

  /** The daemon dies right after so many more commits, before it acts on the last; null: it does not. */
  killAfterCommit: number | null = null;

  #spawn(
    { runId, launch, onExit }: SpawnRequest,
    later: Later,
  ): ReturnType<PerformerPorts["processes"]["spawn"]> {
    const { random, rates } = this;
    const fail = (code: string, transient: boolean) =>
      ({ ok: false, error: { code, message: "cannot be started", transient } }) as const;
    if (random.chance(rates.permanentSpawnError)) return fail("ENOENT", false);
    if (random.chance(rates.transientSpawnError)) return fail("EAGAIN", true);
    if (random.chance(rates.leftover)) return { ok: false, error: portTaken(this, runId) };
    this.limits.born(runId, launch.confinement);
    const leader = this.#born(runId, true);
    leader.watchers.push((exit) => {
      later(random.between(0, 30), () => onExit(exit));
      if (random.chance(rates.duplicateNews)) later(random.between(0, 600), () => onExit(exit));
    });
    if (random.chance(rates.grandchild)) this.#born(runId, false);
    if (random.chance(rates.crash)) {
      const code = random.pick([0, 0, 1, 2, 137]);
      this.#at(this.nowMs + random.between(0, 5_000), () => this.#die(leader, code, null));
    }
    const { pid, startTicks } = leader;
    return { ok: true, identify: () => ({ pid, startTicks }) };
  }

  /** A process that runs and that nobody manages, or one that was about already. */
  stranger(): SimProcess {
    const known = this.alive(NO_RUN).filter(() => this.random.chance(0.5));
    const [stranger = this.#born(NO_RUN, true)] = known;
    if (known.length === 0 && this.random.chance(this.rates.crash)) {
      this.#at(this.nowMs + this.random.between(0, 5_000), () => this.#die(stranger, 0, null));
    }
    return stranger;
  }

  #findStranger(watched: ReadonlySet<string>): SimProcess | null {
    if (!this.random.chance(this.rates.stranger)) return null;
    const found = this.stranger();
    return watched.has(`${found.pid} ${found.startTicks}`) ? null : found;
  }

  /** From the commit on it belongs to a run. */
  #takeOver(changes: Changes): void {
    for (const instance of changes.instances.values()) {
      const state = instance?.state;
      if (state === undefined || !("run" in state) || !("pid" in state.run)) continue;
      const process = this.#find(state.run);
      if (process?.runId !== NO_RUN) continue;
      process.runId = state.run.id;
      this.witness.spawned(process);
    }
  }

  #born(runId: RunId, isLeader: boolean): SimProcess {
    const isFree = (it: SimProcess): boolean => !it.alive && this.random.chance(0.02);
    const pid = this.processes.find(isFree)?.pid ?? this.#nextPid++;
    const process: SimProcess = {
      pid: this.processes.some((it) => it.alive && it.pid === pid) ? this.#nextPid++ : pid,
      startTicks: String(this.#nextTicks++),
      runId,
      isLeader,
      stubborn: this.random.chance(this.rates.stubborn),
      alive: true,
      exit: null,
      watchers: [],
    };
    this.processes.push(process);
    if (runId !== NO_RUN) this.witness.spawned(process);
    return process;
  }

  #die(process: SimProcess, code: number | null, signal: string | null): void {
    if (!process.alive) return;
    process.alive = false;
    process.exit = { code, signal, oomKilled: false, known: true };
    for (const watcher of process.watchers) watcher(process.exit, true);
  }

  #find({ pid, startTicks }: ProcessIdentity): SimProcess | undefined {
    return this.processes.find((it) => it.pid === pid && it.startTicks === startTicks);
  }

  /** Of a process that is no child: that it ended is seen, how is not. */
  #watch(
    identity: ProcessIdentity,
    onExit: (exit: ObservedExit) => void,
    later: Later,
  ): () => void {
    const unknown: ObservedExit = { code: null, signal: null, oomKilled: false, known: false };
    const process = this.#find(identity);
    const tell = (): void => later(this.random.between(0, 60), () => onExit(unknown));
    if (process?.alive === true) process.watchers.push(tell);
    else tell();
    return () => {}; // News that comes all the same is news of a run that is over.
  }

  #signal(leader: ProcessIdentity, signal: string): void {
    const process = this.#find(leader);
    if (process === undefined || !process.alive) return;
    this.witness.signalled(leader, signal);
    if (signal !== "SIGKILL" && process.stubborn) return;
    this.#at(this.nowMs + this.random.between(0, 50), () => this.#die(process, null, signal));
  }

  async #sweep({ runId, leader, graceUntilMonoMs }: SweepRequest, later: Later): Promise<Swept> {
    this.witness.swept(runId, leader);
    let killed = false;
    for (;;) {
      const left = this.alive(runId);
      if (left.length === 0) return { killed };
      for (const process of left) {
        const takesIt = !process.stubborn || this.nowMs >= graceUntilMonoMs;
        killed ||= process.stubborn && takesIt;
        if (!takesIt) continue;
        const atMs = this.nowMs + this.random.between(0, 10);
        this.#at(atMs, () => this.#die(process, null, "SIGKILL"));
      }
      await after(this.random.between(1, 20), later);
    }
  }
}
