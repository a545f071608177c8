/** Promises about hooks: what they come before waits for them, and an end is not told before they are over. */

import type { World } from "../../../src/model/state.ts";
import type { SimWorld } from "../world.ts";
import { broken, type Checker } from "./checker.ts";
import { withBesides } from "./reload.ts";

export function startsAfterHook(): Checker {
  /** By run: the hook that its process had when the start was decided on, and how many commands there were then. */
  const intended = new Map<string, { readonly hook: string; readonly from: number }>();
  return {
    promise: "nothing is spawned before its hook is over, nor when the hook forbids it",
    committed(_before, after, changes, _events, sim) {
      const changed = [...changes.instances.values()].flatMap((it) => it ?? []);
      for (const instance of changed.flatMap((it) => [it, it.beside ?? []].flat())) {
        if (instance.state.kind !== "spawning" || intended.has(instance.state.run.id)) continue;
        const hook = hookOf(after, instance.project, instance.process);
        intended.set(instance.state.run.id, { hook, from: sim.heard.commands.length });
      }
    },
    spawned({ runId, isLeader }, world, sim) {
      const intent = intended.get(runId);
      if (!isLeader || intent === undefined || intent.hook === "") return;
      for (const { process, index, project, state } of withBesides(world)) {
        if (state.kind !== "spawning" || state.run.id !== runId) continue;
        // Edited meanwhile: a new daemon goes by the hook that it finds.
        if (hookOf(world, project, process) !== intent.hook) continue;
        const name = `${process}.${index}`;
        const last = lastOf(sim, name, intent.hook, intent.from);
        if (last === undefined) broken(`${name} is spawned without its hook`);
        if (last.ok === null) broken(`${name} is spawned before its hook is over`);
        if (!last.ok && intent.hook === "before-fail")
          broken(`${name} is spawned against its hook`);
      }
    },
  };
}

export function endsAfterHook(): Checker {
  return {
    promise: "an end is told when the hook after it is over",
    committed(before, _after, _changes, events, sim) {
      for (const { type, process, instance, instanceId } of events) {
        // Of two runs the hooks look alike.
        const isPair =
          instanceId !== null && before.instances.get(instanceId)?.beside !== undefined;
        if (type !== "process.exited" || isPair) continue;
        const last = lastOf(sim, `${process}.${instance}`, "exit-", 0);
        if (last?.ok === null) broken(`${process}.${instance} ended before its hook was over`);
      }
    },
  };
}

const HOOKS: Readonly<Record<string, string>> = {
  "hooks.afterReady": "ready-",
  "hooks.beforeStop": "stop-",
  "hooks.afterExit": "exit-",
};

export function failsWithHook(): Checker {
  /** Runs that have failed with a hook of their end. */
  const spoiled = new Set<string>();
  return {
    promise: "what a hook comes after fails with it, when the hook must not fail",
    committed(before, after, _changes, events, sim) {
      for (const [
        at,
        { type, data, runId, project, process, instance, instanceId },
      ] of events.entries()) {
        const name = `${process}.${instance}`;
        const hook = type === "hook.failed" ? HOOKS[String(data["hook"])] : undefined;
        if (hook !== undefined && runId !== null && instanceId !== null) {
          if (lastOf(sim, name, hook, 0)?.argv !== `${hook}fail`) continue;
          const was = before.instances.get(instanceId)?.state;
          if (was === undefined || !("run" in was) || was.run.id !== runId) continue;
          const now = after.instances.get(instanceId)?.state;
          const isUp = now?.kind === "running" && now.run.id === runId;
          // One that was edited since may be allowed to fail by now.
          const afterReady = definitionOf(after, project, process)?.hooks?.afterReady;
          const isRequired = afterReady?.onFailure === "fail";
          if (hook === "ready-" && isUp && isRequired) broken(`${name} goes on against its hook`);
          const isEnding = was.kind === "stopping" || was.kind === "cleaning";
          if (hook !== "ready-" && isEnding) spoiled.add(runId);
        }
        if (type !== "process.exited" || runId === null || !spoiled.has(runId)) continue;
        const next = events.slice(at + 1).find((it) => it.instanceId === instanceId)?.type;
        if (next === "process.stopped" || next === "process.completed")
          broken(`${name} has ${next} though its hook failed`);
      }
    },
  };
}

function definitionOf(world: World, project: string | null, process: string | null) {
  return world.projects.get(project ?? "")?.spec.processes[process ?? ""];
}

/** Empty when there is none. */
function hookOf(world: World, project: string, process: string): string {
  const hook = definitionOf(world, project, process)?.hooks?.beforeStart;
  return hook?.command.kind === "list" ? hook.command.argv.join(" ") : "";
}

function lastOf({ heard }: SimWorld, of: string, argv: string, from: number) {
  return heard.commands.slice(from).findLast((it) => it.of === of && it.argv.startsWith(argv));
}
