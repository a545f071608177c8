/** Decides who else goes down, or what is run, when a process has failed for good: `restart.onGiveUp`. */

import type { Fact } from "../../model/events.ts";
import { limits } from "../../model/limits.ts";
import type { Instance } from "../../model/state.ts";
import { stopBecause } from "../../core/ask.ts";
import { allDependents, specsOf } from "../../core/dependencies.ts";
import { commandRun } from "../../core/hooks.ts";
import type { Turn } from "../../core/turn.ts";

export function giveUp(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  // What was asked to stop, and has failed on the way out, has given up nothing.
  if (instance === undefined || instance.desired !== "up") return;
  const { onGiveUp } = turn.specOf(instance).restart;
  if (onGiveUp === "fail") return;
  const project = turn.projectOf(instance);
  if (onGiveUp.startsWith("exec:")) return runInstead(turn, instance, onGiveUp.slice(5), fact);
  const reason = `${instance.process} has failed for good, and its restart.onGiveUp is ${onGiveUp}`;
  const stopped =
    onGiveUp === "stop-project"
      ? specsOf(project).map(({ name }) => name)
      : allDependents(project, instance.process);
  for (const process of stopped) {
    for (const other of turn.instancesOf(instance.project, process)) {
      if (other.desired === "up" && other.id !== instance.id) stopBecause(turn, other, reason);
    }
  }
}

/** The failure is final: nothing waits for the command. */
function runInstead(turn: Turn, instance: Instance, line: string, { runId }: Fact): void {
  const spec = turn.specOf(instance);
  const shell = spec.command.kind === "line" ? spec.command.shell : ["sh", "-c"];
  const wanted = {
    what: "restart.onGiveUp",
    command: { kind: "line", line, shell },
    timeoutMs: limits.giveUpCommandMs,
  } as const;
  const reason = instance.state.kind === "failed" ? instance.state.reason : "";
  const command = commandRun(turn, instance, wanted, { PROCMAN_REASON: reason });
  if (command !== null)
    turn.perform({ kind: "run-command", instance: instance.id, runId, command, side: null });
}
