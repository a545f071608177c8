/** Decides what a new run, the removal of an instance that was in the way, or an edit means for those that depend on
 *  others: what was skipped has hope again; and what asked to be restarted with a dependency is, when that has a new run. */

import type { DefinitionChanges } from "../../model/definition-changes.ts";
import type { Fact } from "../../model/events.ts";
import { ask } from "../../core/ask.ts";
import { dependents } from "../../core/dependencies.ts";
import { enterPending } from "../../core/moves.ts";
import type { Turn } from "../../core/turn.ts";

export function dependentsHopeAgain(turn: Turn, fact: Fact): void {
  const { project: name, process } = fact;
  const project = name === null ? undefined : turn.project(name);
  if (name === null || process === null || project === undefined) return;
  const isRestart = Number(fact.data["generation"]) > 1;
  for (const dependent of dependents(project).get(process) ?? []) {
    for (const instance of turn.instancesOf(name, dependent)) {
      const { kind } = instance.state;
      if (kind === "skipped" && instance.desired === "up") enterPending(turn, instance, true);
      const bounces = turn
        .specOf(instance)
        .dependsOn.some((dependency) => dependency.process === process && dependency.restart);
      if (bounces && isRestart && (kind === "starting" || kind === "running")) {
        ask(turn, instance.id, { kind: "restart-asked" });
      }
    }
  }
}

/** What it depends on may be something else now. */
export function editedHopeAgain(turn: Turn, { project, data }: Fact): void {
  const changed = (data["changed"] ?? []) as DefinitionChanges["changed"];
  if (project === null) return;
  for (const { process, keys } of changed) {
    if (!keys.includes("dependsOn")) continue;
    for (const instance of turn.instancesOf(project, process)) {
      const isSkipped = instance.state.kind === "skipped" && instance.desired === "up";
      if (isSkipped) enterPending(turn, instance, true);
    }
  }
}
