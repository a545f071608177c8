/** Promises about health: given up only after as many failures in a row as it takes, and then for good; every change
 *  told; going on over the death of the daemon. */

import type { InstanceId, RunId } from "../../../src/model/ids.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { broken, type Checker } from "./checker.ts";

interface Told {
  readonly passed: boolean;
  readonly atMs: number;
  /** False: the daemon that it was told died before it can be known to have taken it in. */
  isSure: boolean;
}

type Answers = Map<RunId, Map<number, Told[]>>;

export function failuresInARow(): Checker {
  const answers: Answers = new Map();
  let [committedMs, earlierMs] = [0, 0];
  return {
    promise: "a run is given up only after so many failures of a probe in a row",
    // What came in since the commit before may have been taken in after the beginning.
    probingBegan(runId) {
      for (const [probe, told] of answers.get(runId) ?? []) {
        const late = told.filter(({ atMs }) => atMs >= earlierMs);
        answers.get(runId)?.set(probe, late);
      }
    },
    probed(runId, probe, passed, sim) {
      const byProbe = answers.get(runId) ?? new Map<number, Told[]>();
      answers.set(runId, byProbe);
      const told = byProbe.get(probe) ?? [];
      byProbe.set(probe, told);
      told.push({ passed, atMs: sim.nowMs, isSure: true });
    },
    daemonDied() {
      for (const byProbe of answers.values()) {
        for (const told of byProbe.values()) {
          for (const it of told) it.isSure &&= it.atMs < committedMs;
        }
      }
    },
    committed(before, after, _changes, events, sim) {
      for (const { type, instanceId, runId } of events) {
        if (type !== "health.failed" || instanceId === null || runId === null) continue;
        const instance = after.instances.get(instanceId);
        if (instance === undefined) continue;
        const thresholds = [before, after].flatMap((world) =>
          healthOf(world, instance).map((it) => it.failureThreshold),
        );
        const longest = longestRow(answers.get(runId) ?? new Map());
        if (longest < Math.min(...thresholds)) {
          broken(`${instanceId} was given up after ${longest} failures in a row`);
        }
      }
      [committedMs, earlierMs] = [sim.nowMs, committedMs];
    },
  };
}

/** What may have been lost breaks no row. */
function longestRow(byProbe: ReadonlyMap<number, readonly Told[]>): number {
  let longest = 0;
  for (const told of byProbe.values()) {
    let row = 0;
    for (const { passed, isSure } of told) {
      row = passed ? (isSure ? 0 : row) : row + 1;
      longest = Math.max(longest, row);
    }
  }
  return longest;
}

export function unhealthyRunsEnd(): Checker {
  return {
    promise: "a run that was given up is ended, unless its policy is never to restart it",
    committed(before, after, changes) {
      for (const [id, instance] of changes.instances) {
        if (instance === null) continue;
        const { state } = instance;
        const policies = [before, after].flatMap(
          (world) => specOf(world, instance)?.restart.policy ?? [],
        );
        const isNever = policies.every((policy) => policy === "no");
        const isAlways = !policies.includes("no");
        if (state.kind === "running" && state.health?.level === "unhealthy" && isAlways) {
          broken(`${id} goes on, unhealthy`);
        }
        const begins = before.instances.get(id)?.state.kind === "running";
        if (begins && state.kind === "stopping" && state.cause === "unhealthy" && isNever) {
          broken(`${id} is ended, though its policy is "no"`);
        }
      }
    },
  };
}

export function healthIsTold(): Checker {
  return {
    promise: "every change of health is told, once",
    committed(before, after, changes, events) {
      for (const [id] of changes.instances) {
        const [was, now] = [before, after].map((world) => runningIn(world, id));
        if (was === undefined || now === undefined || was.run.id !== now.run.id) continue;
        const [from, to] = [was.health?.level, now.health?.level];
        // Another definition has it probed anew.
        if (from === undefined || to === undefined || to === "starting") continue;
        const told = events.filter((it) => it.instanceId === id && it.type.startsWith("health."));
        if (from !== to && told.at(-1)?.data["to"] !== to) broken(`${id} became ${to} unannounced`);
        for (const { data } of told) {
          if (data["from"] === data["to"]) broken(`${id} is told to be ${to} again`);
        }
      }
    },
  };
}

export function recoversInCalm(): Checker {
  return {
    promise: "what runs and is probed becomes healthy when the world is calm",
    rested(world) {
      for (const { id, state } of world.instances.values()) {
        const level = state.kind === "running" ? (state.health?.level ?? "healthy") : "healthy";
        if (level !== "healthy") broken(`${id} is ${level} for ever`);
      }
    },
  };
}

function runningIn(world: World, id: InstanceId) {
  const state = world.instances.get(id)?.state;
  return state?.kind === "running" ? state : undefined;
}

function specOf(world: World, { project, process }: Instance) {
  const found = world.projects.get(project);
  return found?.spec.processes[process] ?? found?.retired[process];
}

function healthOf(world: World, instance: Instance) {
  return specOf(world, instance)?.health ?? [];
}
