/** A world with one process and clocks of its own, moved step by step: what the core decides, without a supervisor. */

import { step } from "../../src/choreographer/step.ts";
import { deadlineMonoMs } from "../../src/core/deadlines.ts";
import { applyChanges, emptyWorld } from "../../src/core/world.ts";
import type { Effect } from "../../src/model/effects.ts";
import type { Fact } from "../../src/model/events.ts";
import type { InstanceId, RunId } from "../../src/model/ids.ts";
import type { Input, InstanceRequest, RunReport } from "../../src/model/inputs.ts";
import type { Dependency, ProcessSpec, ProjectSpec, ScheduleSpec } from "../../src/model/spec.ts";
import type { Instance } from "../../src/model/state.ts";
import { calendar } from "../../src/platform/calendar.ts";

export const JOB: InstanceId = "shop/job.1";
export const START = { kind: "start-asked", gated: true, lease: null } as const;
export const STOP = { kind: "stop-asked", timeoutMs: null } as const;

/** Looks at which nothing happens are allowed, but not in a circle. */
const LOOKS = 10_000;

export class Clockwork {
  /** 2026-01-01T00:00:00Z, some time after the machine was started. */
  wallMs = Date.UTC(2026, 0, 1);
  monoMs = 1_000_000;
  /** All that was told so far. */
  readonly facts: Fact[] = [];
  /** Signals are not obeyed. */
  isStubborn = false;
  /** Nothing is spawned, until it is said what has become of it. */
  isHeld = false;
  readonly #world = emptyWorld("/home", "test");
  #pid = 100;

  constructor(
    job: Partial<ProcessSpec>,
    others: Readonly<Record<string, Partial<ProcessSpec>>> = {},
  ) {
    this.define(job, others);
  }

  define(
    job: Partial<ProcessSpec>,
    others: Readonly<Record<string, Partial<ProcessSpec>>> = {},
  ): void {
    this.take({
      kind: "project-defined",
      spec: projectOf({ job, ...others }),
      profiles: [],
      updates: {},
      only: null,
      callerEnv: {},
      updateEnv: false,
      prune: false,
    });
  }

  job(id: InstanceId = JOB): Instance {
    const found = this.#world.instances.get(id);
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  }

  /** The instances that there are, each with its state. */
  states(): Record<string, string> {
    return Object.fromEntries(
      [...this.#world.instances.values()].map(({ id, state }) => [id.slice(5), state.kind]),
    );
  }

  ask(request: InstanceRequest, id: InstanceId = JOB): void {
    this.take({ kind: "instances-asked", instances: [id], request });
  }

  take(input: Input): void {
    const now = { wallMs: this.wallMs, monoMs: this.monoMs };
    const { changes, effects, facts } = step(this.#world, [input], now, 0.5, calendar);
    applyChanges(this.#world, changes);
    this.facts.push(...facts);
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Its present run ends by itself. */
  end(code = 0, id: InstanceId = JOB): void {
    const exit = { code, signal: null, oomKilled: false, known: true, atMs: this.wallMs };
    this.report(id, runIdOf(this.job(id)), { kind: "exited", exit });
  }

  /** News of a run. */
  report(instance: InstanceId, runId: RunId, report: RunReport): void {
    this.take({ kind: "run-reported", instance, runId, report });
  }

  /** Time passes, and the core is told when it wants to be. */
  pass(ms: number): void {
    const untilMonoMs = this.monoMs + ms;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const due = this.#nextDeadline();
      if (due === null || due.atMonoMs > untilMonoMs) {
        this.sleep(untilMonoMs - this.monoMs);
        return;
      }
      this.sleep(Math.max(0, due.atMonoMs - this.monoMs));
      this.take({ kind: "clock-moved", instances: [due.id] });
    }
    throw new Error("it is looked at over and over, and no time passes");
  }

  /** Time passes, and nobody is there to notice. */
  sleep(ms: number): void {
    this.wallMs += ms;
    this.monoMs += ms;
  }

  /** The events since the last look: `fired`, `missed 3`, `started` … */
  told(...types: readonly string[]): string[] {
    const facts = this.facts.splice(0);
    return facts
      .filter(({ type }) => types.length === 0 || types.some((it) => type.endsWith(`.${it}`)))
      .map(({ type, data }) => {
        const count = type === "schedule.missed" ? ` ${String(data["count"])}` : "";
        return `${type.split(".")[1]}${count}${data["catchUp"] === true ? " late" : ""}`;
      });
  }

  #nextDeadline(): { readonly id: InstanceId; readonly atMonoMs: number } | null {
    const now = { wallMs: this.wallMs, monoMs: this.monoMs };
    const found = [...this.#world.instances.values()].flatMap((instance) => {
      const spec = this.#world.projects.get("shop")?.spec.processes[instance.process];
      const at = spec === undefined ? null : deadlineMonoMs(instance, spec, now);
      return at === null ? [] : [{ id: instance.id, atMonoMs: at }];
    });
    return found.toSorted((one, other) => one.atMonoMs - other.atMonoMs)[0] ?? null;
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === "spawn" || effect.kind === "find-or-spawn") {
      if (this.isHeld) return;
      this.#pid += 1;
      const identity = { pid: this.#pid, startTicks: String(this.monoMs) };
      this.report(effect.instance, effect.runId, { kind: "spawned", identity, adopted: false });
    } else if (effect.kind === "signal" && !this.isStubborn) {
      const exit = { code: null, signal: effect.signal, oomKilled: false, known: true };
      const report = { kind: "exited", exit: { ...exit, atMs: this.wallMs } } as const;
      this.report(effect.instance, effect.runId, report);
    } else if (effect.kind === "clean") {
      this.report(effect.instance, effect.runId, { kind: "cleaned", killed: false });
    }
  }
}

export function runIdOf({ id, state }: Instance): RunId {
  if (!("run" in state)) throw new Error(`${id} has no run`);
  return state.run.id;
}

function projectOf(processes: Readonly<Record<string, Partial<ProcessSpec>>>): ProjectSpec {
  const entries = Object.entries(processes).map(([name, given]) => [name, specOf(name, given)]);
  return {
    name: "shop",
    directory: "/shop",
    files: [],
    concurrency: 16,
    groups: {},
    processes: Object.fromEntries(entries) as Record<string, ProcessSpec>,
  };
}

function specOf(name: string, given: Partial<ProcessSpec>): ProcessSpec {
  return {
    name,
    command: { kind: "list", argv: ["true"] },
    cwd: "/shop",
    env: {},
    user: null,
    group: null,
    umask: null,
    description: null,
    links: [],
    dependsOn: [],
    instances: 1,
    port: null,
    portChoice: null,
    ready: [],
    readyWithinMs: 60_000,
    restart: NO_RESTART,
    stop: { signal: "SIGTERM", timeoutMs: 5_000 },
    log: {
      maxSizeBytes: 1,
      maxFiles: 1,
      maxAgeMs: null,
      compress: false,
      onFull: "drop",
      file: null,
    },
    groups: [],
    autostart: true,
    disabled: false,
    ...given,
  };
}

export const NO_RESTART: ProcessSpec["restart"] = {
  policy: "no",
  max: 5,
  windowMs: 60_000,
  successCodes: [0],
  onGiveUp: "fail",
  backoff: { initialMs: 100, factor: 2, maxMs: 30_000, jitter: 0 },
};

export const every = (seconds: number, more: Partial<ScheduleSpec> = {}) =>
  scheduled({ kind: "every", everyMs: seconds * 1_000 }, more);
export const cron = (expression: string, more: Partial<ScheduleSpec> = {}) =>
  scheduled({ kind: "cron", cron: expression, timezone: "UTC" }, more);

function scheduled(times: ScheduleSpec["times"], more: Partial<ScheduleSpec>) {
  return { schedule: { times, overlap: "skip", ...more } } as const;
}

/** Up, and on its schedule. */
export function up(
  job: Partial<ProcessSpec>,
  others?: Record<string, Partial<ProcessSpec>>,
): Clockwork {
  const clockwork = new Clockwork(job, others);
  clockwork.ask(START);
  clockwork.told();
  return clockwork;
}

export function on(process: string, condition: Dependency["condition"]): Dependency {
  return { process, condition, timeoutMs: null, required: true, restart: false };
}
