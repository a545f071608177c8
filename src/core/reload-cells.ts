/** What the cells of the life cycle do where a reload is asked for, or a run beside another is there. */

import type { InstanceInputOf } from "../model/inputs.ts";
import { limits } from "../model/limits.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";
import * as end from "./end-moves.ts";
import { mayRunBeside } from "./may-run-beside.ts";
import { askRestart, move, type Context } from "./moves.ts";

/** Still wanted: it takes the place of the run that it is beside as soon as it is ready, or that is over. */
export function isToTakeOver({ role, desired }: Pick<Instance, "role" | "desired">): boolean {
  return role === "successor" && desired === "up";
}

/** Waits for its turn: what follows is decided for the whole process. */
export function askReload(
  context: Context<"running">,
  input: InstanceInputOf<"reload-asked">,
): void {
  const { turn, instance, state, spec } = context;
  if (mayRunBeside(spec) !== null) return askRestart(context, input);
  turn.putInstance({ ...instance, desired: "up", reload: { kind: "asked" } });
  turn.tellOf(instance, "process.reloading", state.run.id, input.because ?? {});
}

/** One beside it that is being stopped is waited for: what is said to have ended has ended with all that it had. */
export function cleaned(context: Context<"cleaning">, input: InstanceInputOf<"cleaned">): void {
  const { turn, instance, state } = context;
  if (instance.beside === undefined || isToTakeOver(instance.beside)) {
    return end.cleaned(context, input);
  }
  move(turn, instance, { ...state, swept: { killed: input.killed } });
}

/** When a successor that runs takes over: nothing but time tells of one without ready probes that it is ready. */
export function readyMonoMs(
  { state }: Pick<Instance, "state">,
  { ready }: Pick<ProcessSpec, "ready">,
): number {
  const startedMonoMs = state.kind === "running" ? state.run.startedMonoMs : 0;
  return ready.length > 0 ? startedMonoMs : startedMonoMs + limits.settledMs;
}
