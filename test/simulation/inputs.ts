/** Inputs that a seed draws for a project whose runtime updates may be known late. */

import type { InstanceId } from "../../src/model/ids.ts";
import type { Input, InputOf, InstanceRequest } from "../../src/model/inputs.ts";
import type { ProcessSpec, ProjectSpec } from "../../src/model/spec.ts";
import type { Project } from "../../src/model/state.ts";
import type { Random } from "./random.ts";
import type { SimWorld } from "./world.ts";

type Updates = Project["updates"];

/** The definition as whoever reads it with these updates has it. */
export function defined(
  random: Random,
  read: ProjectSpec,
  updates: Updates,
  prune: boolean,
): InputOf<"project-defined"> {
  const names = Object.keys(read.processes);
  const processes = names.map((name) => [name, updated(read, name, updates[name])] as const);
  return {
    kind: "project-defined",
    spec: { ...read, processes: Object.fromEntries(processes) },
    profiles: [],
    updates,
    only: random.chance(0.2) ? names.filter(() => random.chance(0.5)) : null,
    callerEnv: { TERM: String(random.whole(0, 2)) },
    updateEnv: random.chance(0.1),
    prune,
    ...(random.chance(0.1) ? { watches: random.chance(0.6) } : {}),
  };
}

/** Kept among the updates: the name of the latest one, and of the one that whoever made it knew. */
export const LATEST = "x-latest";
export const KNEW = "x-knew";

/** One process is given a number of instances, or its own number back. */
export function processSet(random: Random, read: ProjectSpec, known: Updates): Input {
  const name = random.pick(Object.keys(read.processes));
  const updatesBefore = known[name] ?? {};
  const chain = {
    [LATEST]: String(random.whole(1, 1_000_000)),
    [KNEW]: updatesBefore[LATEST] ?? "",
  };
  const instances = String(random.whole(1, 3));
  const updates = random.chance(0.3) ? chain : { ...chain, instances };
  const spec = updated(read, name, updates);
  return { kind: "process-set", project: read.name, spec, updates, updatesBefore };
}

function updated(read: ProjectSpec, name: string, updates: Updates[string] = {}): ProcessSpec {
  const spec = read.processes[name];
  if (spec === undefined) throw new Error(`there is no ${name}`);
  return { ...spec, instances: Number(updates["instances"] ?? spec.instances) };
}

/** For the checkers: of whom something has been asked, and what. */
export function noteAsked(
  sim: Pick<SimWorld, "ungated" | "recounted" | "asked">,
  instances: readonly InstanceId[],
  request: InstanceRequest,
): void {
  const { kind } = request;
  const isNow = kind === "start-asked" && request.now === true;
  for (const id of instances) {
    if (kind === "start-asked" && !request.gated) sim.ungated.add(id);
    if (/^(start|restart|reload|reset)-asked$/.test(kind)) sim.recounted.add(id);
    if (kind === "restart-asked" || kind === "reload-asked" || isNow) sim.asked.add(id);
  }
}
