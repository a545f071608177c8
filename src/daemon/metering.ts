/** When runs are measured: whenever somebody asks, every second while their thresholds have to be watched, else now and
 *  then for the history. */

import { isHeldBy } from "../model/confinement.ts";
import { definitionOf } from "../model/definition-of.ts";
import type { Input } from "../model/inputs.ts";
import { runsOf } from "../model/runs-of.ts";
import type { Instance, Run, World } from "../model/state.ts";
import type { Use } from "../model/use.ts";
import type { MeasuredRun, MeasureHow } from "../model/measured-run.ts";
import type { Gauge, Observer } from "../supervisor/ports.ts";
import { growthOf } from "./growth.ts";
import { groupReports } from "./group-use.ts";
import type { UseHistory } from "./use-history.ts";

/** With a hundred children a look costs 4 ms of CPU time, which is 0.02 % of a core in the background. */
const WATCHED_MS = 1_000;
const BACKGROUND_MS = 20_000;
/** What leaks, leaks slowly. */
const GROWTH_LOOK_MS = 5 * 60_000;
/** What is asked for may be so old. */
const FRESH_MS = 1_000;
/** Many events come at once. */
const TOGETHER_MS = 500;

export interface MeteringOptions {
  readonly world: () => World;
  readonly gauge: Gauge;
  readonly history: UseHistory;
  /** Told of what was measured of those that are watched. */
  readonly submit: (input: Input) => void;
}

export class Metering {
  readonly observer: Observer = { name: "metering", observe: () => this.#reconsider() };
  readonly #options: MeteringOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #reconsidering: ReturnType<typeof setTimeout> | null = null;
  #lastAllMs = Number.NEGATIVE_INFINITY;
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #lastGrowthLookMs = performance.now();
  #isClosed = false;

  constructor(options: MeteringOptions) {
    this.#options = options;
    this.#reconsider();
  }

  /** What these use is then not older than a second. Gives them as they are by then. */
  async refresh(instances: readonly Instance[]): Promise<readonly Instance[]> {
    await this.#measure(instances, { maxAgeMs: FRESH_MS, full: true });
    const now = this.#options.world().instances;
    return instances.flatMap(({ id }) => now.get(id) ?? []);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer ?? undefined);
    clearTimeout(this.#reconsidering ?? undefined);
  }

  /** What runs, or how it is to be watched, may be otherwise now. */
  #reconsider(): void {
    if (this.#isClosed) return;
    this.#reconsidering ??= setTimeout(() => {
      this.#reconsidering = null;
      this.#arm();
    }, TOGETHER_MS);
  }

  #arm(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer ?? undefined);
    const running = this.#running();
    const isWatched = running.some((it) => this.#isWatched(it));
    // From the last look on, not from now: what is told all the time must not put it off.
    const dueMs = isWatched ? this.#lastLookMs + WATCHED_MS : this.#lastAllMs + BACKGROUND_MS;
    const waitMs = Math.max(0, dueMs - performance.now());
    this.#timer =
      running.length === 0 ? null : setTimeout(() => void this.#sweep(), Math.max(waitMs, 1));
  }

  async #sweep(): Promise<void> {
    this.#lastLookMs = performance.now();
    const running = this.#running();
    const isAll = performance.now() - this.#lastAllMs >= BACKGROUND_MS;
    const meant = isAll ? running : running.filter((it) => this.#isWatched(it));
    if (isAll) {
      this.#lastAllMs = performance.now();
      this.#forget();
      if (performance.now() - this.#lastGrowthLookMs >= GROWTH_LOOK_MS)
        this.#lookForGrowth(running);
    }
    // A little less, so that one that comes a little early is not the one before.
    const uses = await this.#measure(meant, { maxAgeMs: WATCHED_MS / 2, full: false });
    for (const [instance, use] of uses) if (this.#isWatched(instance)) this.#report(instance, use);
    for (const input of groupReports(this.#options.world(), new Map(uses))) {
      this.#options.submit(input);
    }
    this.#arm();
  }

  async #measure(
    instances: readonly Instance[],
    how: MeasureHow,
  ): Promise<(readonly [Instance, Use])[]> {
    const { gauge, history } = this.#options;
    const runs = instances.flatMap((instance) => {
      const run = measuredRun(instance);
      return run === null ? [] : [{ instance, run, before: gauge.last(run.runId) }];
    });
    const uses = await gauge.measure(
      runs.map(({ run }) => run),
      how,
    );
    return runs.flatMap(({ instance, run, before }) => {
      const use = uses.get(run.runId);
      if (use === undefined) return [];
      if (use !== before) history.note(instance.id, use);
      return [[instance, use] as const];
    });
  }

  #lookForGrowth(running: readonly Instance[]): void {
    this.#lastGrowthLookMs = performance.now();
    const { history, submit } = this.#options;
    const nowMs = Date.now();
    for (const { id, state } of running) {
      if (state.kind !== "running" || state.use?.isTrendTold === true) continue;
      const { run } = state;
      const growth = growthOf(history, id, run, nowMs);
      const report = growth === null ? null : ({ kind: "growth-seen", ...growth } as const);
      if (report !== null) submit({ kind: "run-reported", instance: id, runId: run.id, report });
    }
  }

  #report({ id }: Instance, { memoryBytes, cpuPercent, threads }: Use): void {
    const instance = this.#options.world().instances.get(id);
    const run = instance === undefined ? null : liveRun(instance);
    if (run === null) return;
    const values = { memory: memoryBytes, cpu: cpuPercent, threads };
    const report = { kind: "measured", ...values } as const;
    this.#options.submit({ kind: "run-reported", instance: id, runId: run.id, report });
  }

  #forget(): void {
    const { world, gauge, history } = this.#options;
    const { instances } = world();
    history.keep(instances);
    gauge.keep(new Set([...instances.values()].flatMap(runsOf).map(({ id }) => id)));
  }

  #running(): Instance[] {
    return [...this.#options.world().instances.values()].filter((it) => liveRun(it) !== null);
  }

  #isWatched({ project, process, state }: Instance): boolean {
    const spec = definitionOf(this.#options.world().projects.get(project), process);
    if (state.kind === "running" && spec?.thresholds !== undefined) return true;
    const confinement = "run" in state ? state.run.confinement : undefined;
    return [confinement?.own, confinement?.shared?.limits].some((it) =>
      isHeldBy(it ?? [], "watch"),
    );
  }
}

/** What is measured of an instance; null when it has no process. */
function measuredRun(instance: Instance): MeasuredRun | null {
  const run = liveRun(instance);
  if (run === null) return null;
  const { id: runId, pid, startTicks } = run;
  return { runId, leader: { pid, startTicks } };
}

function liveRun({ state }: Instance): Run | null {
  return "run" in state && "pid" in state.run ? state.run : null;
}
