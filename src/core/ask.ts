/** The way into the life cycle for everything else: gives an input to an instance, if it is there. */

import type { InstanceId, RunId } from "../model/ids.ts";
import type { InstanceInput, RunReport } from "../model/inputs.ts";
import type { Instance, InstanceState } from "../model/state.ts";
import { act } from "./lifecycle.ts";
import { endReload, tellBeside } from "./reload.ts";
import type { Turn } from "./turn.ts";
import { own } from "../model/own.ts";

export function ask(turn: Turn, id: InstanceId, input: InstanceInput): void {
  const instance = turn.instance(id);
  if (instance === undefined) return;
  // What is no longer defined, or beyond the count, is on its way out: only a new definition brings it back.
  const isBegun = BEGINNINGS.has(input.kind);
  const { processes } = turn.projectOf(instance).spec;
  const isDefined =
    Object.hasOwn(processes, instance.process) &&
    instance.index <= (own(processes, instance.process)?.instances ?? 0);
  if (isBegun && !isDefined) return;
  // The one that was to hold it has gone meanwhile.
  if (
    input.kind === "start-asked" &&
    input.lease !== null &&
    turn.lease(input.lease) === undefined
  ) {
    return;
  }
  endReload(turn, id, input);
  if (input.kind === "clock-moved") tellBeside(turn, id, input);
  const now = turn.instance(id) ?? instance;
  act({ turn, instance: now, state: now.state, spec: turn.specOf(now) }, input);
}

const BEGINNINGS: ReadonlySet<InstanceInput["kind"]> = new Set([
  "start-asked",
  "restart-asked",
  "reload-asked",
  "adopt-asked",
]);

/** A rule has it stopped, which is told as the reason. */
export function stopBecause(turn: Turn, instance: Instance, goesBecause: string): void {
  turn.putInstance({ ...instance, goesBecause });
  ask(turn, instance.id, { kind: "stop-asked", timeoutMs: null });
}

/** News of a run: dropped unless it is the present one of the instance, or the one beside that. */
export function report(turn: Turn, id: InstanceId, runId: RunId, news: RunReport): void {
  const instance = turn.instance(id);
  if (instance === undefined) return;
  if (presentRun(instance.state) === runId) ask(turn, id, news);
  else if (instance.beside !== undefined && presentRun(instance.beside.state) === runId) {
    tellBeside(turn, id, news);
  }
}

function presentRun(state: InstanceState): RunId | null {
  return "run" in state ? state.run.id : null;
}
