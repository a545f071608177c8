/** One run of the simulation: a seed draws a project, rates of faults and what operators do; the world is shaken, then
 *  calmed, and everything has to come to rest. */

import { mutableCopy } from "../../src/core/world.ts";
import { calendar } from "../../src/platform/calendar.ts";
import type { Input, InstanceRequest } from "../../src/model/inputs.ts";
import type { ProjectSpec } from "../../src/model/spec.ts";
import type { Project, World } from "../../src/model/state.ts";
import type { JournalEvent } from "../../src/model/events.ts";
import type { ProcessName } from "../../src/model/ids.ts";
import { Watching } from "../../src/daemon/watching.ts";
import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { CHECKERS } from "./checkers/all.ts";
import type { Checker } from "./checkers/checker.ts";
import { withBesides } from "./checkers/reload.ts";
import { changedProject, drawFeatures, drawProject, drawRates, drawRequest } from "./draw.ts";
import type { Features } from "./draw.ts";
import { withReloads } from "./draw-reload.ts";
import { slowDown } from "./draw-schedule.ts";
import { drawScribblers } from "./draw-watch.ts";
import { CALM, type SimProcess } from "./faults.ts";
import { defined, noteAsked, processSet } from "./inputs.ts";
import { SimMetering } from "./metering.ts";
import { Random } from "./random.ts";
import { SimWorld } from "./world.ts";

/** How long the world is shaken, and how long it then has to come to rest. */
const SHAKEN_MS = 20_000;
const CALM_MS = 600_000;

/** So much never happens in one moment, unless it would go on for ever. */
const AT_ONCE = 2_000;

export interface RunResult {
  readonly happenings: number;
  readonly daemons: number;
}

/** Throws with the promise that was broken. */
export async function runSeed(seed: number): Promise<RunResult> {
  const run = new Run(seed);
  await run.shake();
  await run.rest();
  return { happenings: run.happenings, daemons: run.daemons };
}

class Run {
  happenings = 0;
  daemons = 0;
  readonly #random: Random;
  readonly #checkers = CHECKERS.map((make) => make());
  readonly #sim: SimWorld;
  #supervisor!: Supervisor;
  #before: World;
  #failure: Error | null = null;
  readonly #features: Features;
  readonly #reloads: Random;
  #spec: ProjectSpec;
  #updates: Project["updates"] = {};
  readonly #metering: SimMetering;
  #watching: Watching | null = null;
  /** Processes that write the file that they watch, that long after each start. */
  readonly #scribblers: ReadonlyMap<ProcessName, number>;

  constructor(seed: number) {
    this.#random = new Random(seed ^ 0x5eed);
    this.#features = drawFeatures(this.#random, seed);
    this.#reloads = new Random(seed ^ 0x4e10ad);
    this.#spec = drawProject(this.#random, this.#features);
    this.#metering = new SimMetering(this.#random);
    this.#scribblers = drawScribblers(new Random(seed ^ 0x5c1b));
    this.#sim = new SimWorld(seed, drawRates(this.#random), {
      spawned: (process) => this.#see((it) => it.spawned?.(process, this.#sim.stored, this.#sim)),
      signalled: (leader, signal) =>
        this.#see((it) => it.signalled?.(leader, signal, this.#sim.stored, this.#sim)),
      swept: (runId, leader) => this.#see((it) => it.swept?.(runId, leader, this.#sim.stored)),
      probingBegan: (runId) => this.#see((it) => it.probingBegan?.(runId)),
      probed: (runId, probe, passed) =>
        this.#see((it) => it.probed?.(runId, probe, passed, this.#sim)),
      daemonDied: () => this.#see((it) => it.daemonDied?.()),
      committed: (changes, events) => {
        const before = this.#before;
        this.#before = mutableCopy(this.#sim.stored);
        this.#see((it) => it.committed?.(before, this.#before, changes, events, this.#sim));
        for (const event of events) if (event.type === "process.started") this.#scribble(event);
      },
    });
    this.#before = mutableCopy(this.#sim.stored);
  }

  async shake(): Promise<void> {
    this.#boot("crash");
    this.#ask(this.#define(false));
    let nextMs = 0;
    while (this.#sim.nowMs < SHAKEN_MS) {
      nextMs = this.#sim.nowMs + this.#random.between(1, 400);
      await this.#until(nextMs);
      this.#disturb();
      if (this.#random.chance(0.5)) this.#measure(false);
    }
  }

  #scribble({ process, runId }: JournalEvent): void {
    const afterMs = this.#scribblers.get(process ?? "");
    if (process === null || runId === null || afterMs === undefined) return;
    const isAlone = this.#sim.stored.byProcess.get(`sim/${process}`)?.size === 1;
    const lives = (): boolean => this.#sim.alive(runId).length > 0;
    this.#sim.files.scribble(process, { inMs: afterMs, isAlone }, lives);
  }

  async rest(): Promise<void> {
    this.#sim.rates = CALM;
    this.#sim.killAfterCommit = null;
    // What one has forgotten is found by the next: some worlds have to rest without one.
    if (!this.#sim.hasDaemon || this.#random.chance(0.5)) this.#boot("crash");
    // What was asked for before is taken in.
    await this.#until(this.#sim.nowMs + 1_000);
    const project = this.#sim.stored.projects.get("sim");
    if (project !== undefined) this.#ask(slowDown(project));
    await this.#until(this.#sim.nowMs + CALM_MS);
    this.#ask(this.#mend());
    for (let time = 0; time < 2; time += 1) {
      await this.#until(this.#sim.nowMs + CALM_MS);
      this.#measure(true);
    }
    await this.#until(this.#sim.nowMs + CALM_MS);
    this.#see((it) => it.rested?.(this.#sim.stored, this.#sim));
    if (this.#failure !== null) throw this.#failure;
  }

  async #until(untilMs: number): Promise<void> {
    let [atMs, atOnce] = [this.#sim.nowMs, 0];
    while (await this.#sim.advance(untilMs)) {
      this.happenings += 1;
      atOnce = this.#sim.nowMs === atMs ? atOnce + 1 : 0;
      atMs = this.#sim.nowMs;
      if (atOnce > AT_ONCE) throw new Error("the world turns in a circle, and no time passes");
      if (this.#failure !== null) throw this.#failure;
      if (this.happenings > 300_000) throw new Error("the world does not come to rest");
    }
  }

  #disturb(): void {
    const { whole } = { whole: this.#random.whole(0, 99) };
    if (whole < 4) this.#boot("crash");
    else if (whole < 6) this.#boot("exec");
    else if (whole < 7) {
      this.#sim.reboot();
      this.#boot("boot");
    } else if (whole < 11) this.#sim.killAfterCommit = this.#random.whole(1, 4);
    else if (whole < 20) this.#ask(this.#define(this.#random.chance(0.3)));
    else if (whole < 24) this.#ask(this.#retire());
    else if (whole < 28) this.#ask(this.#scale());
    else if (whole < 32) {
      this.#ask(processSet(this.#random, this.#spec, this.#knownUpdates()));
    } else if (whole < 35) this.#ask(this.#lease());
    else if (whole < 39) this.#ask(this.#adopt());
    else if (whole < 52) this.#sim.files.edit(this.#random.pick(Object.keys(this.#spec.processes)));
    else this.#ask(this.#request());
    // A daemon that died with a commit is started again by its keeper.
    if (this.#sim.killAfterCommit === null && this.#random.chance(0.1)) this.#boot("crash");
  }

  #boot(since: "crash" | "exec" | "boot"): void {
    this.#supervisor?.close();
    const { chance, store, watcher, ...ports } = this.#sim.boot();
    const { world, lastSeq } = store.load();
    this.daemons += 1;
    this.#before = mutableCopy(world);
    this.#watching?.close();
    const supervisor = (): Supervisor => this.#supervisor;
    this.#watching = new Watching({
      world: () => supervisor().world,
      watcher,
      submit: (input) => supervisor().submit(input),
      clock: ports.clock,
    });
    const { enforceable } = this.#sim.limits;
    this.#supervisor = new Supervisor({
      ports: { ...ports, chance, store, calendar },
      world: { ...mutableCopy(structuredClone(world)), enforceable },
      lastSeq,
      observers: [this.#watching.observer],
      trouble: (what, error) => {
        const isBug = /impossible/i.test(`${what} ${String(error)}`) || error instanceof TypeError;
        if (isBug) this.#failure ??= new Error(`${what}: ${String(error)}`);
      },
    });
    this.#ask({ kind: "recovered", since });
    this.#watching.begin();
  }

  #ask(input: Input | null): void {
    if (input === null) return;
    void this.#supervisor.submit(input).then(() => {
      const { obeyed } = this.#sim;
      if (input.kind === "instances-asked") {
        for (const id of input.instances) obeyed.set(id, input.request.kind);
      } else if (["project-defined", "scale-asked", "process-set"].includes(input.kind)) {
        // A new definition, or another number of instances, may bring back what was to go.
        obeyed.clear();
      }
    });
  }

  #define(prune: boolean): Input {
    if (this.#random.chance(0.5))
      this.#spec = changedProject(this.#random, this.#features, this.#spec);
    const input = defined(this.#random, this.#spec, this.#knownUpdates(), prune);
    return this.#reloads.chance(0.3) ? { ...input, reloads: true } : input;
  }

  /** As the command line does it: read now and then, and by the time of the request they may be others. */
  #knownUpdates(): Project["updates"] {
    if (this.#random.chance(0.6))
      this.#updates = this.#sim.stored.projects.get("sim")?.updates ?? {};
    return this.#updates;
  }

  #retire(): Input {
    const processes = Object.keys(this.#spec.processes).filter(() => this.#random.chance(0.5));
    return { kind: "processes-retired", project: "sim", processes, timeoutMs: null };
  }

  #scale(): Input {
    const process = this.#random.pick(Object.keys(this.#spec.processes));
    const instances = this.#random.whole(1, 3);
    return { kind: "scale-asked", project: "sim", process, instances };
  }

  #lease(): Input {
    const id = this.#random.pick(["one", "two"]);
    return this.#random.chance(0.5)
      ? { kind: "lease-ended", lease: id }
      : this.#request({ kind: "start-asked", gated: true, lease: id });
  }

  /** Now and then a process that belongs to a run already: nothing may come of that. */
  #adopt(): Input | null {
    const instances = [...this.#sim.stored.instances.keys()];
    if (instances.length === 0) return null;
    // What carries a run's id and is not known to be anybody's is refused before the core hears of it.
    const isKnown = (process: SimProcess): boolean =>
      withBesides(this.#sim.stored).some(
        ({ state }) => "run" in state && "pid" in state.run && state.run.pid === process.pid,
      );
    const owned = this.#sim.alive().filter((it) => isKnown(it) && this.#random.chance(0.1));
    const { pid, startTicks } = owned[0] ?? this.#sim.stranger();
    const request = { kind: "adopt-asked", identity: { pid, startTicks } } as const;
    return { kind: "instances-asked", instances: [this.#random.pick(instances)], request };
  }

  /** What runs use is measured; in the calm it is next to nothing. */
  #measure(isCalm: boolean): void {
    const measured = this.#metering.inputs(this.#sim.stored, isCalm);
    for (const input of measured) {
      const { runId, report } = input;
      if (report.kind === "measured") {
        this.#see((it) => it.measured?.(runId, report, this.#sim));
      }
      this.#ask(input);
    }
    const together = this.#metering.groups(this.#sim.stored, measured);
    this.#see((it) => it.measuredTogether?.(together, this.#sim));
    this.#ask(together);
  }

  /** Some of what went wrong is started again, and what was skipped because of it is not. */
  #mend(): Input {
    const failed = [...this.#sim.stored.instances.values()].filter(
      ({ state }) => state.kind === "failed" && this.#random.chance(0.5),
    );
    const request = { kind: "start-asked", gated: true, lease: null } as const;
    return { kind: "instances-asked", instances: failed.map(({ id }) => id), request };
  }

  #request(drawn: InstanceRequest = drawRequest(this.#random)): Input {
    const request = withReloads(this.#reloads, drawn);
    const instances = [...this.#sim.stored.instances.keys()].filter(() => this.#random.chance(0.5));
    noteAsked(this.#sim, instances, request);
    return { kind: "instances-asked", instances, request };
  }

  #see(look: (checker: Checker) => void): void {
    for (const checker of this.#checkers) {
      try {
        look(checker);
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        this.#failure ??= new Error(
          `broken: ${checker.promise}: ${cause} (at ${this.#sim.nowMs} ms)`,
        );
      }
    }
  }
}
