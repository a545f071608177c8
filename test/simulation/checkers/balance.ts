/** Promises about shared ports: who connects is not refused for the sake of a start, nor cut off for that of a stop. */

import { sharingOf } from "../../../src/model/sharing.ts";
import { definitionOf } from "../../../src/model/definition-of.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import type { SimWorld } from "../world.ts";
import { broken, type Checker } from "./checker.ts";

export function startsListenedFor(): Checker {
  /** By run: what the balancer had done when the start was decided on. */
  const intended = new Map<string, number>();
  return {
    promise: "nothing behind a shared port is spawned before the port is listened on",
    committed(_before, after, changes, _events, sim) {
      for (const instance of changes.instances.values()) {
        if (instance?.state.kind !== "spawning" || intended.has(instance.state.run.id)) continue;
        if (sharesPort(after, instance)) {
          intended.set(instance.state.run.id, sim.heard.balanced.length);
        }
      }
    },
    spawned({ runId, isLeader }, world, sim) {
      const from = intended.get(runId);
      if (!isLeader || from === undefined) return;
      for (const instance of world.instances.values()) {
        const { id, state } = instance;
        if (state.kind !== "spawning" || state.run.id !== runId) continue;
        // Edited meanwhile: a new daemon goes by what it finds.
        if (!sharesPort(world, instance) || wasDone(sim, id, "listened for", from)) continue;
        broken(`${id} is spawned before its port is listened on`);
      }
    },
  };
}

export function stopsWithdrawn(): Checker {
  /** By run: what the balancer had done when the run began. */
  const begun = new Map<string, number>();
  return {
    promise: "nothing behind a shared port is told to stop before it gets no new connections",
    spawned({ runId }, _world, sim) {
      if (!begun.has(runId)) begun.set(runId, sim.heard.balanced.length);
    },
    committed(before, after, changes) {
      for (const instance of changes.instances.values()) {
        if (instance?.state.kind !== "stopping") continue;
        const { run } = instance.state;
        const was = before.instances.get(instance.id);
        // One that came to share its port in the middle of its run is not passed connections to.
        if (was === undefined || !sharesPort(before, was) || !sharesPort(after, instance)) {
          begun.delete(run.id);
        }
      }
    },
    signalled({ pid, startTicks }, signal, world, sim) {
      for (const { id, state } of world.instances.values()) {
        if (state.kind !== "stopping" || state.killAtMonoMs === null) continue;
        const { run } = state;
        const from = begun.get(run.id);
        const isIt = run.pid === pid && run.startTicks === startTicks;
        if (!isIt || from === undefined || signal !== "SIGTERM") continue;
        if (!wasDone(sim, id, "withdrawn", from)) broken(`${id} is told to stop while it serves`);
      }
    },
  };
}

function sharesPort({ projects }: World, { project, process }: Instance): boolean {
  const spec = definitionOf(projects.get(project), process);
  return spec !== undefined && sharingOf(spec) !== null;
}

function wasDone(sim: SimWorld, id: string, what: string, from: number): boolean {
  return sim.heard.balanced.slice(from).some((it) => it.instance === id && it.what === what);
}
