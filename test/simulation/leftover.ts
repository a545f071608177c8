/** Who has a port in the simulated world. */

import type { RunId } from "../../src/model/ids.ts";
import type { Leftover, SpawnError } from "../../src/model/inputs.ts";
import type { World } from "../../src/model/state.ts";
import { NO_RUN, type SimProcess } from "./faults.ts";
import type { Random } from "./random.ts";

/** A run that is over, of which something is left. */
const LEFT_RUN: RunId = "sim-left";

interface Populated {
  readonly random: Random;
  readonly processes: readonly SimProcess[];
  readonly stored: World;
  alive(): readonly SimProcess[];
}

export function portTaken(world: Populated, starting: RunId): SpawnError {
  const held = { leftover: leftover(world, starting) };
  return { code: "EADDRINUSE", message: "its port is taken", transient: true, ...held };
}

/** What a run of this home has left, or a process of one that goes on, whatever it carries. */
function leftover(world: Populated, starting: RunId): Leftover {
  const { random, processes } = world;
  // Children too, of a leader whose environment cannot be read.
  const isOther = (it: SimProcess): boolean => it.runId !== starting && it.runId !== NO_RUN;
  const others = world.alive().filter(isOther);
  const owned = others.length > 0 && random.chance(0.5) ? random.pick(others) : null;
  // What was taken over goes on to carry what it did before.
  const isTaken = owned !== null && hasTakenOver(world.stored, owned.runId);
  const runId = owned === null || isTaken ? LEFT_RUN : owned.runId;
  const { pid, startTicks } = owned ?? { pid: 1_000_000 + processes.length, startTicks: "0" };
  const listener = { pid, startTicks };
  return { runId, listener, relatives: [listener], dataDirectory: "/home/data/sim/x" };
}

function hasTakenOver({ instances }: World, runId: RunId): boolean {
  return [...instances.values()].some(({ state }) => {
    const run = "run" in state && "pid" in state.run ? state.run : null;
    return run?.id === runId && run.stranger === true;
  });
}
