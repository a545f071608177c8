/** What comes back after the machine, or procman, was stopped: what was up then, unless a set was saved. */

import type { InstanceId } from "../model/ids.ts";
import type { InputOf, InstanceRequest } from "../model/inputs.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Instance, Project } from "../model/state.ts";
import { ask } from "./ask.ts";
import type { Turn } from "./turn.ts";

/** Carries a request out. What stops only because everything does is noted; any other request lifts the note, for then
 *  an operator has decided. */
export function askNoting(turn: Turn, id: InstanceId, request: InstanceRequest): void {
  const before = turn.instance(id);
  ask(turn, id, request);
  const instance = turn.instance(id);
  if (before === undefined || instance === undefined || request.kind === "reset-asked") return;
  const withEverything = "withEverything" in request && request.withEverything;
  const comesBack = withEverything && (before.comesBack === true || isKeptUp(before));
  if (comesBack !== (instance.comesBack === true)) turn.putInstance({ ...instance, comesBack });
}

/** True when the boot unit is to bring it up: nothing of it is left, for the machine was restarted. */
export function comesBackAfterBoot(turn: Turn, instance: Instance): boolean {
  const saved = turn.project(instance.project)?.saved ?? null;
  if (saved === null) return instance.comesBack === true || isKeptUp(instance);
  return saved.includes(instance.process) && instance.state.kind !== "completed";
}

/** It is up, or on its way, and no foreground command holds it. */
function isKeptUp({ desired, lease, state }: Instance): boolean {
  return desired === "up" && lease === null && !AT_REST.has(state.kind);
}

/** Pins what is up now as what comes back, or lifts the pin. */
export function saveSet(turn: Turn, { project: name, pins }: InputOf<"save-asked">): void {
  const project = turn.project(name);
  if (project === undefined) return;
  const up = turn.allInstances().filter((it) => it.project === name && it.desired === "up");
  const processes = up.filter(({ state }) => !AT_REST.has(state.kind)).map((it) => it.process);
  turn.putProject({ ...project, saved: pins ? [...new Set(processes)] : null });
}

/** True when a resurrection is to bring it up. The boot unit runs one after a mere crash of the daemon too, when what an
 *  operator has stopped since the boot has to stay down: it goes by the notes alone. */
export function isToComeBack({ saved }: Project, instance: Instance, byUnit: boolean): boolean {
  const { comesBack, process, state } = instance;
  if (!AT_REST.has(state.kind) || state.kind === "completed") return false;
  return (byUnit ? null : saved)?.includes(process) ?? comesBack === true;
}
