/** Promises about order: dependencies first, dependents last, never more at once than allowed. */

import type { JournalEvent } from "../../../src/model/events.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { broken, type Checker } from "./checker.ts";
import { withBesides } from "./reload.ts";

export function dependenciesFirst(): Checker {
  return {
    promise: "nothing is launched before what it depends on is as it has to be",
    committed(before, after, changes, events, sim) {
      for (const [id, instance] of changes.instances) {
        const was = before.instances.get(id);
        if (instance?.state.kind !== "spawning" || was?.state.kind === "spawning") continue;
        // What stands in for a run that has ended was launched while its instance was up.
        if (was?.beside !== undefined) continue;
        if (sim.ungated.has(id)) continue;
        const spec = after.projects.get(instance.project)?.spec.processes[instance.process];
        for (const dependency of spec?.dependsOn ?? []) {
          if (!dependency.required || dependency.timeoutMs !== null) continue;
          const needed = instancesOf(after, instance.project, dependency.process);
          const met = needed.every(
            (it) =>
              isMet(it, dependency.condition) ||
              isMet(before.instances.get(it.id), dependency.condition) ||
              // It ended, and what was decided after that starts it again.
              (dependency.condition === "completed" && hasFailed(it, events)),
          );
          const states = needed.map(
            (it) => `${it.state.kind} before ${before.instances.get(it.id)?.state.kind}`,
          );
          if (!met) {
            const { process, condition } = dependency;
            broken(
              `${id} was launched though ${process} (${states.join(", ")}) is not ${condition}`,
            );
          }
        }
      }
    },
  };
}

export function withinConcurrency(): Checker {
  return {
    promise: "never more are starting than the project's concurrency allows",
    committed(_before, after) {
      for (const [name, { spec }] of after.projects) {
        const starting = withBesides(after).filter(
          (it) =>
            it.project === name &&
            // What was taken over while it ran is not being started.
            (it.state.kind === "spawning" ||
              (it.state.kind === "starting" && it.state.run.stranger !== true)),
        );
        if (starting.length > spec.concurrency)
          broken(`${starting.length} of ${name} are starting`);
      }
    },
  };
}

export function dependentsGoFirst(): Checker {
  return {
    promise: "a stop signals nothing while what depends on it is still leaving",
    committed(before, after, changes) {
      for (const [id, instance] of changes.instances) {
        const was = before.instances.get(id);
        const begins = instance?.state.kind === "stopping" && instance.state.cause === "stop";
        if (!begins || was?.state.kind === "stopping" || was?.state.kind === "spawning") continue;
        for (const other of after.instances.values()) {
          if (other.project !== instance.project || other.desired === "up") continue;
          const spec = specOf(after, other);
          if (spec?.dependsOn.some(({ process }) => process === instance.process) !== true)
            continue;
          if (
            ["starting", "running", "leaving", "stopping", "cleaning"].includes(other.state.kind)
          ) {
            broken(`${id} is stopped before ${other.id}, which needs it`);
          }
        }
      }
    },
  };
}

function hasFailed({ process, index }: Instance, events: readonly JournalEvent[]): boolean {
  return events.some(
    (it) => it.type === "process.failed" && it.process === process && it.instance === index,
  );
}

function specOf(world: World, { project, process }: Instance) {
  const found = world.projects.get(project);
  return found?.spec.processes[process] ?? found?.retired[process];
}

function instancesOf(world: World, project: string, process: string): Instance[] {
  return [...world.instances.values()].filter(
    (it) => it.project === project && it.process === process,
  );
}

/** As the contract has it, apart from the code that decides it. */
export function isMet(instance: Instance | undefined, condition: string): boolean {
  // Of what has a schedule the last run counts, and a run beside it does not.
  if (instance?.extra === true) return true;
  const state = instance?.state;
  const kind = state?.kind === "scheduled" ? state.last?.kind : state?.kind;
  if (kind === "completed") return true;
  if (condition === "started") return kind === "starting" || kind === "running";
  if (condition === "ready") return kind === "running";
  if (condition === "healthy") {
    return state?.kind === "running" && (state.health?.level ?? "healthy") === "healthy";
  }
  return condition === "completed" && kind === "failed" && instance?.lastExit !== null;
}
