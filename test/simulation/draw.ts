/** What a seed draws: a project, an edit of it, rates of faults, an operator's request. */

import type { InstanceRequest } from "../../src/model/inputs.ts";
import type { HealthProbe } from "../../src/model/probe.ts";
import type {
  AlertRule,
  Dependency,
  HookSpec,
  ProcessSpec,
  ProjectSpec,
} from "../../src/model/spec.ts";
import { hasBalance, withBalance } from "./draw-balance.ts";
import { withSchedule } from "./draw-schedule.ts";
import { drawWatch } from "./draw-watch.ts";
import type { Rates } from "./faults.ts";
import type { Random } from "./random.ts";

export function drawRequest(random: Random): InstanceRequest {
  const start = { kind: "start-asked", gated: random.chance(0.9), lease: null } as const;
  return random.pick<InstanceRequest>([
    start,
    start,
    start,
    { ...start, now: true },
    { kind: "stop-asked", timeoutMs: null },
    { kind: "stop-asked", timeoutMs: 200 },
    { kind: "restart-asked" },
    { kind: "kill-asked" },
    { kind: "remove-asked", timeoutMs: null },
    { kind: "reset-asked" },
  ]);
}

/** Swarm: each seed has faults of its own, some none at all. */
export function drawRates(random: Random): Rates {
  const rate = (most: number): number => (random.chance(0.5) ? random.between(0, most) : 0);
  return {
    permanentSpawnError: rate(0.1),
    transientSpawnError: rate(0.3),
    stubborn: rate(0.6),
    crash: rate(0.9),
    grandchild: rate(0.6),
    neverReady: rate(0.4),
    unwell: rate(0.9),
    commitFailure: rate(0.2),
    duplicateNews: rate(0.5),
    stranger: rate(0.8),
    leftover: rate(0.3),
    unconfined: rate(0.9),
  };
}

/** What there may be in the projects of a seed: what happens by itself all the time hides what never happens. */
export interface Features {
  readonly schedules: boolean;
  readonly watches: boolean;
  readonly balance: boolean;
}

export function drawFeatures(random: Random, seed: number): Features {
  const balance = hasBalance(seed);
  return { schedules: random.chance(0.6), watches: random.chance(0.7), balance };
}

export function drawProject(random: Random, features: Features): ProjectSpec {
  const names = ["a", "b", "c", "d", "e"].slice(0, random.whole(2, 5));
  const processes = names.map((name, at) => [
    name,
    drawProcess(random, features, name, names.slice(0, at)),
  ]);
  return inGroups({
    name: "sim",
    directory: "/sim",
    files: [],
    concurrency: random.whole(1, 4),
    groups: drawGroups(random, names),
    processes: Object.fromEntries(processes) as Record<string, ProcessSpec>,
    ...drawAlerts(random),
  });
}

/** Each process says which groups it is in. */
function inGroups(spec: ProjectSpec): ProjectSpec {
  const groupsOf = (name: string): string[] =>
    Object.keys(spec.groups).filter((group) => spec.groups[group]?.members.includes(name));
  const processes = Object.values(spec.processes).map((it) => {
    return [it.name, { ...it, groups: groupsOf(it.name) }] as const;
  });
  return { ...spec, processes: Object.fromEntries(processes) };
}

/** Something is edited, added or taken away. */
export function changedProject(random: Random, features: Features, spec: ProjectSpec): ProjectSpec {
  if (random.chance(0.2)) return { ...spec, ...drawAlerts(random) };
  const names = Object.keys(spec.processes);
  const name = random.pick([...names, "f"]);
  const others = names.filter((it) => it < name);
  const { [name]: known, ...rest } = spec.processes;
  if (known !== undefined && random.chance(0.2)) {
    const { limits: _, ...free } = known;
    return withProcess(spec, { ...free, ...(random.chance(0.7) ? drawLimits(random) : {}) });
  }
  if (known !== undefined && random.chance(0.3)) {
    const { health: _, ...unprobed } = known;
    return withProcess(spec, random.chance(0.5) ? unprobed : { ...known, ...drawHealth(random) });
  }
  if (known !== undefined && random.chance(0.2)) {
    const { thresholds: _, ...unwatched } = known;
    return withProcess(spec, {
      ...unwatched,
      ...(random.chance(0.5) ? drawThresholds(random) : {}),
    });
  }
  if (known !== undefined && features.watches && random.chance(0.1)) {
    const { watch: _, ...unwatched } = known;
    const watch = random.chance(0.7) ? drawWatch(random, name) : {};
    return withProcess(spec, { ...unwatched, ...watch });
  }
  if (random.chance(0.1)) {
    const { limits: _, ...one } = spec.groups["one"] ?? { members: [] };
    const limits = random.chance(0.6) ? drawLimits(random) : {};
    return { ...spec, groups: { ...spec.groups, one: { ...one, ...limits } } };
  }
  if (known !== undefined && names.length > 2 && random.chance(0.3)) {
    const kept = Object.entries(rest).map(([key, it]) => {
      const dependsOn = it.dependsOn.filter((dependency) => dependency.process !== name);
      const { fallback, ...process } = it;
      const still = fallback === undefined || fallback === name ? {} : { fallback };
      return [key, { ...process, ...still, dependsOn }] as const;
    });
    return { ...spec, processes: Object.fromEntries(kept) };
  }
  return withProcess(spec, drawProcess(random, features, name, others));
}

function withProcess(spec: ProjectSpec, process: ProcessSpec): ProjectSpec {
  return inGroups({ ...spec, processes: { ...spec.processes, [process.name]: process } });
}

function drawHooks(random: Random): Pick<ProcessSpec, "hooks"> {
  if (random.chance(0.4)) return {};
  const hook = (argv: string, onFailure: "fail" | "ignore"): HookSpec => ({
    command: { kind: "list", argv: [argv] },
    timeoutMs: random.whole(100, 2_000),
    onFailure,
  });
  const onFailure = random.pick(["fail", "ignore"] as const);
  return {
    hooks: {
      ...(random.chance(0.7) ? { beforeStart: hook(`before-${onFailure}`, onFailure) } : {}),
      ...(random.chance(0.5) ? { afterReady: hook(`ready-${onFailure}`, onFailure) } : {}),
      ...(random.chance(0.5) ? { beforeStop: hook(`stop-${onFailure}`, onFailure) } : {}),
      ...(random.chance(0.7) ? { afterExit: hook(`exit-${onFailure}`, onFailure) } : {}),
    },
  };
}

/** The same rules, by what they are about; how long they wait differs. */
function drawAlerts(random: Random): { readonly alerts: readonly AlertRule[] } {
  const wait = (): number => (random.chance(0.5) ? random.whole(1, 5_000) : 0);
  const rule = (on: readonly string[], processes: readonly string[] | null): AlertRule => ({
    on,
    processes,
    forMs: wait(),
    cooldownMs: wait(),
    exec: { kind: "list", argv: ["page"] },
    webhook: null,
    timeoutMs: 1_000,
  });
  return {
    alerts: [
      rule(["process.failed"], null),
      rule(["process.backoff", "process.skipped", "process.failed"], ["a", "b"]),
      rule(["health.critical", "health.failed"], null),
      rule(["resource.critical"], null),
    ],
  };
}

function drawGroups(random: Random, names: readonly string[]): ProjectSpec["groups"] {
  const strategies = ["one-for-all", "rest-for-one"] as const;
  const drawn = ["one", "two"].map((group) => {
    const strategy = random.chance(0.6) ? { strategy: random.pick(strategies) } : {};
    const members = names.filter(() => random.chance(0.5));
    // A process is in one group with limits at most.
    const limits = group === "one" && random.chance(0.5) ? drawLimits(random) : {};
    return [group, { members, ...strategy, ...limits }] as const;
  });
  return Object.fromEntries(drawn);
}

/** Some are asked first. */
function drawStop(timeoutMs: number): ProcessSpec["stop"] {
  return {
    signal: "SIGTERM",
    timeoutMs,
    ...(timeoutMs % 3 === 0 ? { ipc: true } : {}),
    ...(timeoutMs % 4 === 0 ? { command: { kind: "list", argv: ["ask"] } } : {}),
  };
}

function drawProcess(
  random: Random,
  features: Features,
  name: string,
  earlier: readonly string[],
): ProcessSpec {
  const dependsOn = earlier
    .filter(() => random.chance(0.4))
    .map((process): Dependency => ({
      process,
      condition: random.pick(["started", "ready", "healthy", "completed", "succeeded"]),
      timeoutMs: random.chance(0.3) ? random.whole(50, 3_000) : null,
      required: random.chance(0.8),
      restart: random.chance(0.2),
    }));
  const process: ProcessSpec = {
    name,
    command: { kind: "list", argv: [`program-${random.whole(0, 3)}`] },
    cwd: "/sim",
    env: {},
    user: null,
    group: null,
    umask: null,
    description: null,
    links: [],
    dependsOn,
    instances: random.whole(1, 2),
    port: null,
    portChoice: null,
    ready: random.chance(0.4) ? [{ kind: "after", afterMs: 1 }] : [],
    readyWithinMs: random.whole(100, 2_000),
    ...(random.chance(0.4) ? drawHealth(random) : {}),
    ...(random.chance(0.4) ? drawThresholds(random) : {}),
    ...(features.watches && random.chance(0.5) ? drawWatch(random, name) : {}),
    ...(random.chance(0.4) ? drawLimits(random) : {}),
    restart: {
      policy: random.pick(["no", "on-failure", "always"]),
      max: random.whole(0, 4),
      windowMs: random.whole(500, 20_000),
      successCodes: [0],
      onGiveUp: random.pick(["fail", "exec:page", "stop-dependents", "stop-project"]),
      backoff: { initialMs: random.whole(1, 300), factor: 2, maxMs: 2_000, jitter: 0.2 },
    },
    stop: drawStop(random.whole(50, 2_000)),
    log: {
      maxSizeBytes: 1_000,
      maxFiles: 1,
      maxAgeMs: null,
      compress: false,
      onFull: "drop",
      file: null,
    },
    ...drawHooks(random),
    groups: [],
    ...(random.chance(0.3) ? { adopt: "match" } : {}),
    ...(earlier.length > 0 && random.chance(0.3) ? { fallback: random.pick(earlier) } : {}),
    autostart: true,
    disabled: false,
  };
  const timed = features.schedules ? withSchedule(random, process) : process;
  return features.balance ? withBalance(timed) : timed;
}

/** What is refused before the core hears of it is not drawn: CPU time is watched where it is limited at all. */
export function drawLimits(random: Random): Pick<ProcessSpec, "limits"> {
  const watch = random.chance(0.6) ? ({ enforce: "watch" } as const) : {};
  const cpu = watch.enforce === "watch" && random.chance(0.5) ? { cpu: 1.5 } : {};
  const limits = {
    ...(random.chance(0.7) ? { memory: random.pick([120, 200]) } : {}),
    ...(random.chance(0.4) ? { pids: 200 } : {}),
    ...cpu,
  };
  return Object.keys(limits).length === 0 ? {} : { limits: { ...limits, ...watch } };
}

/** Of memory and CPU time alike, so that a measurement may be of either. */
function drawThresholds(random: Random): Pick<ProcessSpec, "thresholds"> {
  const threshold = () => ({
    ...(random.chance(0.8) ? { warning: 100 } : {}),
    critical: random.pick([150, 200]),
    ...(random.chance(0.5) ? { forMs: random.whole(1, 3_000) } : {}),
  });
  return {
    thresholds: { memory: threshold(), ...(random.chance(0.5) ? { cpu: threshold() } : {}) },
  };
}

function drawHealth(random: Random): { readonly health: readonly HealthProbe[] } {
  const health = Array.from({ length: random.whole(1, 2) }, (): HealthProbe => ({
    kind: "tcp",
    address: "1",
    intervalMs: 100,
    timeoutMs: 100,
    startPeriodMs: random.chance(0.3) ? random.whole(1, 1_000) : 0,
    failureThreshold: random.whole(1, 5),
    ...(random.chance(0.5) ? { successThreshold: random.whole(1, 3) } : {}),
  }));
  return { health };
}
