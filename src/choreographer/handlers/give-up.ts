/** Decides who else goes down when a process has failed for good: `restart.onGiveUp`. */

import type { Fact } from "../../model/events.ts";
import type { ProcessName } from "../../model/ids.ts";
import type { Project } from "../../model/state.ts";
import { ask } from "../../core/ask.ts";
import { dependents, specsOf } from "../../core/dependencies.ts";
import type { Turn } from "../../core/turn.ts";

export function giveUp(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance === undefined) return;
  const { onGiveUp } = turn.specOf(instance).restart;
  if (onGiveUp === "fail") return;
  const project = turn.projectOf(instance);
  const stopped =
    onGiveUp === "stop-project"
      ? specsOf(project).map(({ name }) => name)
      : allDependents(project, instance.process);
  for (const process of stopped) {
    for (const { id, desired } of turn.instancesOf(instance.project, process)) {
      if (desired === "up" && id !== instance.id) {
        ask(turn, id, { kind: "stop-asked", timeoutMs: null });
      }
    }
  }
}

function allDependents(project: Project, process: ProcessName): Set<ProcessName> {
  const graph = dependents(project);
  const found = new Set<ProcessName>();
  const queue = [process];
  for (const name of queue) {
    for (const dependent of graph.get(name) ?? []) {
      if (found.has(dependent)) continue;
      found.add(dependent);
      queue.push(dependent);
    }
  }
  return found;
}
