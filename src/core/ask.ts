/** The way into the life cycle for everything else: gives an input to an instance, if it is there. */

import type { InstanceId, RunId } from "../model/ids.ts";
import type { InstanceInput, RunReport } from "../model/inputs.ts";
import type { Instance, InstanceState } from "../model/state.ts";
import { act } from "./lifecycle.ts";
import type { Turn } from "./turn.ts";
import { own } from "../model/own.ts";

export function ask(turn: Turn, id: InstanceId, input: InstanceInput): void {
  const instance = turn.instance(id);
  if (instance === undefined) return;
  // What is no longer defined, or beyond the count, is on its way out: only a new definition brings it back.
  const isBegun = ["start-asked", "restart-asked", "adopt-asked"].includes(input.kind);
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
  act({ turn, instance, state: instance.state, spec: turn.specOf(instance) }, input);
}

/** A rule has it stopped, which is told as the reason. */
export function stopBecause(turn: Turn, instance: Instance, goesBecause: string): void {
  turn.putInstance({ ...instance, goesBecause });
  ask(turn, instance.id, { kind: "stop-asked", timeoutMs: null });
}

/** News of a run: dropped unless that run is the instance's present one. */
export function report(turn: Turn, id: InstanceId, runId: RunId, news: RunReport): void {
  const instance = turn.instance(id);
  if (instance === undefined || presentRun(instance.state) !== runId) return;
  ask(turn, id, news);
}

function presentRun(state: InstanceState): RunId | null {
  return "run" in state ? state.run.id : null;
}
