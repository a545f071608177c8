/** Promises about limits: what is over a watched one twice in a row is ended and nothing else is; what runs is held to
 *  what its definition says. */

import type { Limit } from "../../../src/model/confinement.ts";
import type { RunId } from "../../../src/model/ids.ts";
import type { Instance, Run, World } from "../../../src/model/state.ts";
import { broken, type Checker, type Measured } from "./checker.ts";

/** Where the registry can be written. */
const PATIENCE_MS = 300;

/** In the unit of the limit. */
function used({ limit }: Limit, { memory, cpu, threads = null }: Measured): number | null {
  if (limit === "memory") return memory;
  return limit === "cpu" ? (cpu === null ? null : cpu / 100) : threads;
}

function runOf(instance: Instance | undefined): Run | null {
  const state = instance?.state;
  return state !== undefined && "run" in state && "pid" in state.run ? state.run : null;
}

function isUp(instance: Instance | undefined): boolean {
  const kind = instance?.state.kind;
  return kind === "starting" || kind === "running";
}

const watched = (run: Run | null): readonly Limit[] =>
  (run?.confinement?.own ?? []).filter(({ by, limit }) => by === "watch" && limit !== "cpu");

interface Excess {
  readonly limit: Limit;
  /** When it was over it for the second time in a row; null: it was once. */
  readonly againMs: number | null;
}

export function excessEnds(): Checker {
  /** Limits that a run was over in the last measurements that are known to have been taken in. */
  const over = new Map<RunId, Excess[]>();
  return {
    promise: "a run that is over a watched limit in two measurements in a row is ended",
    measured(runId, values, sim) {
      const instance = [...sim.stored.instances.values()].find((it) => runOf(it)?.id === runId);
      if (!isUp(instance) || !sim.hasDaemon) return;
      const before = over.get(runId) ?? [];
      const now = watched(runOf(instance)).flatMap((limit) => {
        const value = used(limit, values);
        const known = before.find(
          (it) => it.limit.limit === limit.limit && it.limit.value === limit.value,
        );
        if (value === null) return known === undefined ? [] : [known];
        if (value <= limit.value) return [];
        return [{ limit, againMs: known === undefined ? null : (known.againMs ?? sim.nowMs) }];
      });
      for (const { limit, againMs } of now) {
        const isLate = againMs !== null && sim.nowMs - againMs > PATIENCE_MS;
        if (isLate && sim.rates.commitFailure === 0)
          broken(`${instance?.id} goes on over its limit of ${limit.limit}`);
      }
      over.set(runId, now);
    },
    daemonDied: () => over.clear(),
    committed(before, after, changes) {
      for (const [id] of changes.instances) {
        const [was, now] = [before, after].map((world) => runOf(world.instances.get(id)));
        const isSame = JSON.stringify(was?.confinement) === JSON.stringify(now?.confinement);
        // What is leaving is not judged, so if it is to stay after all the row begins anew.
        const isNew = !isSame || !isUp(after.instances.get(id));
        if (now !== null && now !== undefined && isNew) over.delete(now.id);
      }
    },
  };
}

export function excessIsEnough(): Checker {
  const told = new Map<RunId, Measured[]>();
  return {
    promise: "nothing is ended for a limit that it was not over in two measurements",
    measured(runId, values, sim) {
      if (sim.hasDaemon) told.set(runId, [...(told.get(runId) ?? []), values]);
    },
    // What the next one measures is a new row.
    daemonDied: () => told.clear(),
    committed(before, after, changes) {
      for (const [id] of changes.instances) {
        const [was, now] = [before, after].map((world) => world.instances.get(id));
        if (was?.state.kind === "stopping" || now?.state.kind !== "stopping") continue;
        const { cause, run, fault = "" } = now.state;
        if (cause !== "over-limit" || fault.startsWith("of group")) continue;
        const isTwice = watched(run).some((limit) => {
          const values = (told.get(run.id) ?? []).flatMap((it) => used(limit, it) ?? []);
          return values.some(
            (value, at) => value > limit.value && (values[at + 1] ?? 0) > limit.value,
          );
        });
        if (!isTwice) broken(`${id} is ended: ${fault}`);
      }
    },
  };
}

export function groupExcess(): Checker {
  const excesses = new Map<string, number>();
  let last: readonly { readonly runId: RunId; readonly values: Measured }[][] = [];
  return {
    promise:
      "of a group over a limit one run that uses most is ended, and only after two measurements",
    measuredTogether({ members }) {
      last = [...last.slice(-3), members.map((it) => ({ runId: it.runId, values: it }))];
    },
    committed(before, after, changes) {
      for (const [id] of changes.instances) {
        const [was, now] = [before, after].map((world) => world.instances.get(id));
        if (was?.state.kind === "stopping" || now?.state.kind !== "stopping") continue;
        const { cause, run, fault = "" } = now.state;
        if (cause !== "over-limit" || !fault.startsWith("of group")) continue;
        excesses.set(id, (excesses.get(id) ?? 0) + 1);
        const limits = (run.confinement?.shared?.limits ?? []).filter(({ by }) => by === "watch");
        const isLargest = limits.some((limit) =>
          last.some((members) => {
            const amounts = members.map(({ values }) => used(limit, values) ?? 0);
            const sum = amounts.reduce((total, it) => total + it, 0);
            const its = members.find(({ runId }) => runId === run.id);
            return (
              sum > limit.value &&
              its !== undefined &&
              used(limit, its.values) === Math.max(...amounts)
            );
          }),
        );
        if (!isLargest) broken(`${id} is ended and does not use most: ${fault}`);
      }
    },
  };
}

export function heldToDefinition(): Checker {
  return {
    promise: "what runs is held to the limits of its definition",
    committed(_before, after, changes) {
      const isTouched = ({ id, project }: Instance): boolean =>
        changes.instances.has(id) || changes.projects.has(project);
      for (const instance of after.instances.values()) {
        const run = runOf(instance);
        if (run === null || !isUp(instance) || !isTouched(instance)) continue;
        const asked = Object.entries(definition(after, instance)?.limits ?? {});
        const limits = asked.filter(([name]) => name !== "enforce");
        const own = run.confinement?.own ?? [];
        const isIt = limits.every(([name, value]) =>
          own.some((it) => it.limit === name && it.value === value),
        );
        if (!isIt || own.length !== limits.length) broken(`${instance.id} has other limits`);
      }
    },
  };
}

export function unheldEnds(): Checker {
  /** The first commit of the daemon that lives. */
  let atMs = 0;
  return {
    promise: "what cannot be held to its limits while it runs is started anew",
    // The news may have died with it.
    daemonDied() {
      atMs = Number.POSITIVE_INFINITY;
    },
    committed(_before, after, _changes, _events, sim) {
      atMs = Math.min(atMs, sim.nowMs);
      for (const instance of after.instances.values()) {
        const run = runOf(instance);
        const refusedMs = sim.limits.refusedMs.get(run?.id ?? "");
        if (run === null || refusedMs === undefined || refusedMs < atMs) continue;
        const isLate = sim.rates.commitFailure === 0 && sim.nowMs - refusedMs > PATIENCE_MS;
        if (isLate && isUp(instance) && run.stranger !== true) broken(`${instance.id} runs on`);
      }
    },
  };
}

export function heldToWhatIsKnown(): Checker {
  return {
    promise: "what runs is held by the system to what is known of it",
    rested(world, sim) {
      if (!sim.hasDaemon) return;
      for (const instance of world.instances.values()) {
        const run = runOf(instance);
        // One that was taken over may be held to less: nobody restarts it for that.
        if (run === null || !isUp(instance) || run.stranger === true) continue;
        const known = JSON.stringify(run.confinement ?? { own: [], shared: null });
        const held = JSON.stringify(sim.limits.held.get(run.id) ?? { own: [], shared: null });
        if (known !== held) broken(`${instance.id} is held to ${held}, not to ${known}`);
      }
    },
  };
}

function definition({ projects }: World, { project, process }: Instance) {
  const found = projects.get(project);
  return found?.spec.processes[process] ?? found?.retired[process];
}
