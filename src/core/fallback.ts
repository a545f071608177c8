/** Fallbacks: a process that takes over while another has failed for good or cannot be started, and goes again when
 *  that one runs. What an operator has asked of it since counts more: then it is no stand-in any more. */

import { AT_REST } from "../model/at-rest.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { InputOf } from "../model/inputs.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";
import { ask, stopBecause } from "./ask.ts";
import { specsOf } from "./dependencies.ts";
import type { Turn } from "./turn.ts";

/** Starts the fallback of one that will not run, unless others of its process do. */
export function takeOver(turn: Turn, failed: Instance): void {
  const { fallback, restart } = turn.specOf(failed);
  if (fallback === undefined || !isInVain(turn, failed)) return;
  // The whole project is on its way down.
  if (failed.state.kind === "failed" && restart.onGiveUp === "stop-project") return;
  for (const instance of turn.instancesOf(failed.project, fallback)) {
    // One that stands in already and has failed as well is not tried over and over.
    const isOnDuty = instance.standsInFor !== undefined || isUp(instance);
    const isOut = instance.desired === "gone" || turn.specOf(instance).disabled;
    if (isOnDuty || isOut) continue;
    // Whoever held the one holds the other; of what has failed the hold is lifted already.
    const lease = turn.asFound(failed.id)?.lease ?? null;
    ask(turn, instance.id, { kind: "start-asked", gated: true, lease });
    const asked = turn.instance(instance.id);
    if (asked?.desired === "up") turn.putInstance({ ...asked, standsInFor: failed.process });
  }
}

/** The same where the last that did run was stopped on purpose. */
export function takeOverFromRest(turn: Turn, project: ProjectName, process: ProcessName): void {
  const [first] = wantedOf(turn, { project, process });
  if (first !== undefined) takeOver(turn, first);
}

/** Stops the stand-ins of a project that are not needed any more. */
export function relieveFallbacks(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  if (project === undefined) return;
  const specs = specsOf(project);
  // One that goes may have had a stand-in of its own.
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { name: process } of specs) {
      for (const instance of turn.instancesOf(name, process)) {
        if (instance.standsInFor === undefined) continue;
        const needed = specs.find((spec) => needs(turn, name, spec, instance))?.name;
        if (needed === instance.standsInFor) continue;
        isSettled = false;
        if (needed !== undefined) turn.putInstance({ ...instance, standsInFor: needed });
        else relieve(turn, instance);
      }
    }
  }
}

/** After the requests of an operator. */
export function settleStandIns(turn: Turn, input: InputOf<"instances-asked">): void {
  const projects = new Set<ProjectName>();
  for (const id of input.instances) {
    const instance = turn.instance(id);
    if (instance === undefined) continue;
    projects.add(instance.project);
    if (input.request.kind !== "reset-asked") turn.putInstance(withoutRole(instance));
  }
  for (const project of projects) relieveFallbacks(turn, project);
}

function needs(turn: Turn, project: ProjectName, spec: ProcessSpec, standIn: Instance): boolean {
  if (spec.fallback !== standIn.process) return false;
  if (spec.name !== standIn.standsInFor) return isInVain(turn, { project, process: spec.name });
  const wanted = wantedOf(turn, { project, process: spec.name });
  return wanted.length > 0 && wanted.every(({ state }) => state.kind !== "running");
}

function relieve(turn: Turn, instance: Instance): void {
  const reason = `it stood in for ${instance.standsInFor}, and is not needed any more`;
  stopBecause(turn, withoutRole(instance), reason);
}

function withoutRole(instance: Instance): Instance {
  const { standsInFor, ...others } = instance;
  return standsInFor === undefined ? instance : others;
}

/** It is wanted, and nothing of it runs or will by itself. */
function isInVain(turn: Turn, process: Named): boolean {
  const wanted = wantedOf(turn, process);
  return (
    wanted.length > 0 &&
    wanted.every(({ state }) => state.kind === "failed" || state.kind === "skipped")
  );
}

interface Named {
  readonly project: ProjectName;
  readonly process: ProcessName;
}

function wantedOf(turn: Turn, { project, process }: Named): Instance[] {
  return turn.instancesOf(project, process).filter(({ desired }) => desired === "up");
}

function isUp({ desired, state }: Instance): boolean {
  return desired === "up" && !AT_REST.has(state.kind) && state.kind !== "suspended";
}
