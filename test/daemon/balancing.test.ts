import { describe, expect, test } from "bun:test";
import type { BalancerProcess } from "../../src/balancer/balancer.ts";
import type { Service } from "../../src/balancer/messages.ts";
import { emptyWorld } from "../../src/core/world.ts";
import { Balancing } from "../../src/daemon/balancing.ts";
import type { ProcessSpec } from "../../src/model/spec.ts";
import type { Instance, InstanceState, Project, Run, World } from "../../src/model/state.ts";
import { drawFeatures, drawProject } from "../simulation/draw.ts";
import { Random } from "../simulation/random.ts";

const RUN = { id: "r", generation: 1, pid: 7, startTicks: "7", readyAtMs: 1 } as Run;
const UNREADY = { ...RUN, readyAtMs: null };
const HEALTH = { sinceMonoMs: 0, sinceMs: 0, unwellSinceMonoMs: null, reason: null, probes: [] };

/** What is served of one process with two instances, the second of which runs unless it is said otherwise. */
function served(
  one: { readonly state: InstanceState; readonly desired?: Instance["desired"] },
  two: { readonly state: InstanceState; readonly desired?: Instance["desired"] },
): Service | undefined {
  const project = drawProject(new Random(1), drawFeatures(new Random(1), 1));
  const [drawn] = Object.values(project.processes);
  const api: ProcessSpec = {
    ...drawn!,
    name: "api",
    port: 3000,
    instances: 2,
    balance: { mode: "proxy", algorithm: "random", host: "localhost", ports: [20_001, 20_002] },
  };
  const instances = [one, two].map(({ state, desired = "up" }, at): Instance => {
    const index = at + 1;
    const id = `sim/api.${index}`;
    return { id, project: "sim", process: "api", index, desired, state } as Instance;
  });
  const defined: Project = {
    spec: { ...project, processes: { api } },
    retired: {},
    callerEnv: {},
    profiles: [],
    updates: {},
  };
  const world: World = {
    ...emptyWorld("/home", "h"),
    projects: new Map([["sim", defined]]),
    instances: new Map(instances.map((it) => [it.id, it])),
    byProcess: new Map([["sim/api", new Set(instances.map(({ id }) => id))]]),
  };
  let services: readonly Service[] = [];
  const process = { serve: (given: readonly Service[]) => (services = given) };
  new Balancing({
    world: () => world,
    process: process as unknown as BalancerProcess,
    release() {},
    taken: (port) => ({ code: "EADDRINUSE", message: String(port), transient: true }),
  }).look();
  return services[0];
}

const RUNNING: InstanceState = { kind: "running", run: RUN };
const STOPPED: InstanceState = { kind: "stopped", reason: null };

describe("who gets new connections", () => {
  test.each<[string, InstanceState, boolean | undefined]>([
    ["one that runs", RUNNING, true],
    ["one that is not well", { ...RUNNING, health: { ...HEALTH, level: "critical" } }, true],
    ["not one that is unhealthy", { ...RUNNING, health: { ...HEALTH, level: "unhealthy" } }, false],
    ["not one that is not ready", { kind: "starting", run: UNREADY, deadlineMonoMs: 1 }, false],
    [
      "one that goes when those have gone that depend on it",
      { kind: "leaving", run: RUN, timeoutMs: null },
      true,
    ],
    [
      "not one that was not ready when it was to go",
      { kind: "leaving", run: UNREADY, timeoutMs: null },
      false,
    ],
    [
      "not one that is told to stop",
      { kind: "stopping", run: RUN, cause: "stop", killAtMonoMs: 1, graceUntilMonoMs: 1 },
      false,
    ],
    ["not one that waits", { kind: "pending", gated: true, sinceMonoMs: 1 }, undefined],
  ])("%s", (_, state, isOpen) => {
    const backends = served({ state }, { state: RUNNING })?.backends;
    expect(backends?.find(({ id }) => id === "sim/api.1")?.isOpen === isOpen).toBe(true);
  });
});

describe("a shared port is listened on", () => {
  const failed: InstanceState = { kind: "failed", reason: "x" };
  const backoff: InstanceState = { kind: "backoff", untilMonoMs: 1, untilMs: 1, reason: "x" };
  test.each<[string, Parameters<typeof served>, boolean]>([
    ["while one runs", [{ state: RUNNING }, { state: failed }], true],
    ["while one is to come back", [{ state: backoff }, { state: failed }], true],
    ["not when all have failed", [{ state: failed }, { state: failed }], false],
    [
      "not when all are told to stop",
      [
        { state: STOPPED, desired: "down" },
        {
          state: {
            kind: "stopping",
            run: RUN,
            cause: "stop",
            killAtMonoMs: 1,
            graceUntilMonoMs: 1,
          },
          desired: "down",
        },
      ],
      false,
    ],
    [
      "while one still serves those that depend on it",
      [
        { state: STOPPED, desired: "down" },
        { state: { kind: "leaving", run: RUN, timeoutMs: null }, desired: "down" },
      ],
      true,
    ],
  ])("%s", (_, instances, isListened) => {
    expect(served(...instances) !== undefined).toBe(isListened);
  });
});
