/** Promises about alerts: fired and resolved in turn, not too soon, nobody told twice, true when all is at rest. */

import type { JournalEvent } from "../../../src/model/events.ts";
import type { AlertRule } from "../../../src/model/spec.ts";
import type { World } from "../../../src/model/state.ts";
import { monoOf } from "../sim-clock.ts";
import { broken, type Checker } from "./checker.ts";

/** Types of events, those that are not so bad first. */
const WORSE = [
  "process.backoff",
  "process.skipped",
  "process.failed",
  "health.critical",
  "health.failed",
];

export function alertsAlternate(): Checker {
  const active = new Map<string, { readonly id: unknown; readonly rank: number }>();
  return {
    promise: "an alert is fired once, again only when it became worse, and then resolved once",
    committed(_before, _after, _changes, events) {
      for (const event of events) {
        if (event.type !== "alert.fired" && event.type !== "alert.resolved") continue;
        const { id, rule, of, escalated } = event.data;
        const key = `${event.instanceId} ${String(rule)}`;
        const known = active.get(key);
        const rank = WORSE.indexOf(String(of));
        if (known !== undefined && known.id !== id) broken(`${key} has another name by now`);
        if (event.type === "alert.resolved") {
          if (known === undefined) broken(`${key} is resolved and was not fired`);
          active.delete(key);
          continue;
        }
        if (escalated !== (known !== undefined)) broken(`${key} is fired twice`);
        if (known !== undefined && rank <= known.rank) broken(`${key} is fired again, no worse`);
        active.set(key, { id, rank });
      }
    },
  };
}

export function alertsLast(): Checker {
  return {
    promise: "an alert is fired when it has lasted, and not before",
    committed(before, after, _changes, events, sim) {
      for (const event of events) {
        if (event.type !== "alert.fired") continue;
        const rules = [before, after].flatMap((world) => ruleOf(world, event) ?? []);
        // Where it was edited in the same step, the shorter one counts.
        const forMs = Math.min(...rules.map((rule) => rule.forMs));
        const lastedMs = sim.nowMs - monoOf(Date.parse(String(event.data["since"])));
        // Dates have whole milliseconds.
        if (lastedMs + 1 < forMs) broken(`${event.instanceId} lasted ${lastedMs} of ${forMs} ms`);
      }
    },
  };
}

export function alertsReach(): Checker {
  return {
    promise: "no receiver is told the same twice",
    rested(_world, { heard: { notices } }) {
      const told = new Set<string>();
      for (const { id, status, type } of notices) {
        const key = `${id} ${status} ${type}`;
        if (told.has(key)) broken(`${key} is told twice`);
        told.add(key);
      }
    },
  };
}

export function alertsProbed(): Checker {
  return {
    promise: "nothing is alerting about the health of what is not probed",
    committed(_before, after) {
      for (const { subject, conditions } of after.alerts.values()) {
        if (!Object.hasOwn(conditions, "health") || subject.instanceId === null) continue;
        const state = after.instances.get(subject.instanceId)?.state;
        if (state?.kind === "running" && state.health === undefined) {
          broken(`${subject.instanceId} is not probed any more`);
        }
      }
    },
  };
}

const GOOD = new Set(["running", "stopped", "killed", "completed"]);

export function alertsTrue(): Checker {
  return {
    promise: "at rest what has failed is alerting, and nothing that is well is",
    rested(world) {
      const active = new Set<string>();
      for (const { fired, subject, rule } of world.alerts.values()) {
        if (fired !== null) active.add(`${subject.instanceId} ${rule}`);
        const instance = world.instances.get(subject.instanceId ?? "a/a.0");
        if (instance === undefined) broken(`${subject.instanceId} is gone and is remembered`);
        if (fired !== null && GOOD.has(instance.state.kind)) {
          broken(`${instance.id} is ${instance.state.kind} and alerting by ${rule}`);
        }
      }
      for (const { id, state, process, project } of world.instances.values()) {
        if (state.kind !== "failed") continue;
        for (const { on, processes } of world.projects.get(project)?.spec.alerts ?? []) {
          if (!on.includes("process.failed") || processes?.includes(process) === false) continue;
          const isActive = [...active].some((it) => it.startsWith(`${id} ${on.join(",")}`));
          if (!isActive) broken(`${id} has failed and is not alerting`);
        }
      }
    },
  };
}

function ruleOf(world: World, { project, data }: JournalEvent): AlertRule | undefined {
  const rules = world.projects.get(project ?? "")?.spec.alerts ?? [];
  return rules.find(({ on, processes }) => {
    const name = processes === null ? on.join(",") : `${on.join(",")} of ${processes.join(",")}`;
    return name === data["rule"];
  });
}
