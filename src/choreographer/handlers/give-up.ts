/** Decides who else goes down, or what is run, when a process has failed for good: `restart.onGiveUp`. */

import type { Fact } from "../../model/events.ts";
import type { ProcessName } from "../../model/ids.ts";
import { limits } from "../../model/limits.ts";
import { own } from "../../model/own.ts";
import type { Instance, Project } from "../../model/state.ts";
import { ask } from "../../core/ask.ts";
import { dependents, specsOf } from "../../core/dependencies.ts";
import { launchOf } from "../../core/launch.ts";
import type { Turn } from "../../core/turn.ts";

export function giveUp(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance === undefined) return;
  const { onGiveUp } = turn.specOf(instance).restart;
  if (onGiveUp === "fail") return;
  const project = turn.projectOf(instance);
  if (onGiveUp.startsWith("exec:")) return runInstead(turn, instance, onGiveUp.slice(5), fact);
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

/** As the process itself would be run, but with nothing of the run that is over: whoever looks for that finds none. */
function runInstead(turn: Turn, instance: Instance, line: string, fact: Fact): void {
  const { runId } = fact;
  const spec = turn.specOf(instance);
  const project = turn.projectOf(instance);
  const shell = spec.command.kind === "line" ? spec.command.shell : ["sh", "-c"];
  const made = launchOf({
    project: project.spec,
    process: { ...spec, command: { kind: "line", line, shell }, ready: [] },
    instance: instance.id,
    index: instance.index,
    runId: "",
    callerEnv: own(project.callerEnv, instance.process) ?? {},
    home: turn.home,
  });
  const what = "restart.onGiveUp";
  if (!made.ok) {
    const data = { hook: what, reason: `cannot be started: ${made.message}` };
    return turn.tellOf(instance, "hook.failed", runId, data);
  }
  const { PROCMAN_RUN_ID: _, ...env } = made.launch.env;
  const reason = instance.state.kind === "failed" ? instance.state.reason : "";
  turn.perform({
    kind: "run-command",
    instance: instance.id,
    runId,
    what,
    launch: { ...made.launch, env: { ...env, PROCMAN_REASON: reason }, port: null, input: "none" },
    timeoutMs: limits.giveUpCommandMs,
  });
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
