/** Promises about schedules: no time is lost, none is acted on twice, and runs overlap only where they may. */

import type { JournalEvent } from "../../../src/model/events.ts";
import type { InstanceId } from "../../../src/model/ids.ts";
import { limits } from "../../../src/model/limits.ts";
import type { Timetable } from "../../../src/model/timetable.ts";
import type { ProcessSpec } from "../../../src/model/spec.ts";
import { AT_REST } from "../../../src/model/at-rest.ts";
import type { Instance, World } from "../../../src/model/state.ts";
import { broken, type Checker } from "./checker.ts";

/** While the daemon is down nobody looks. */
const LATE_MS = 20_000;

const MINUTE_MS = 60_000;

export function noTimeIsLost(): Checker {
  return {
    promise: "every time of a schedule is acted on once, or told to have been missed",
    committed(before, after, changes, events) {
      for (const [id, now] of changes.instances) {
        const was = before.instances.get(id);
        if (was?.due === undefined || now?.due === undefined) continue;
        if (!Bun.deepEquals(was.due.by, now.due.by) || events.some(isMany(id))) continue;
        // In the same step it may have had another timetable, or have been another instance.
        if (events.some(({ type }) => type === "config.changed" || type === "process.added"))
          continue;
        // A clock that was set back by much begins anew.
        if (now.due.atMs < was.due.atMs && now.due.by.kind === "cron") continue;
        const times = (now.due.atMs - was.due.atMs) / lengthMs(now.due.by);
        const told = events.filter(isOf(id)).reduce((sum, it) => sum + toldOf(it), 0);
        if (Math.abs(times - told) > 0.001) {
          broken(`${times} times of ${id} (${now.due.by.kind}) have passed, and ${told} were told`);
        }
      }
      void after;
    },
    rested(world, sim) {
      for (const { id, due, desired } of world.instances.values()) {
        if (due?.by.kind !== "every" || desired !== "up") continue;
        if (sim.nowMs - due.atMs > LATE_MS) broken(`the time of ${id} has come, and nothing did`);
      }
    },
  };
}

export function dueIsKnown(): Checker {
  return {
    promise: "what is up and has a timetable knows its next time, and nothing else has one",
    committed(_before, after, changes) {
      for (const id of changes.instances.keys()) {
        const instance = after.instances.get(id);
        const spec = instance === undefined ? undefined : specOf(after, instance);
        if (instance === undefined || spec === undefined) continue;
        const isTimed = spec.schedule !== undefined || spec.restart.cron !== undefined;
        const isUp = instance.desired === "up" && !AT_REST.has(instance.state.kind);
        const isDue = isTimed && isUp && instance.extra !== true;
        if (isDue && instance.due === undefined) broken(`${id} does not know its next time`);
        if (!isDue && instance.due !== undefined && instance.comesBack !== true) {
          broken(`${id} is ${instance.state.kind} and has a next time`);
        }
        const isOff = instance.extra === true || instance.state.kind === "suspended";
        const isLost = spec.schedule !== undefined && !isOff && !isUp;
        if (isLost && instance.desired === "up") broken(`${id} is not on its schedule any more`);
      }
    },
  };
}

export function runsOverlapAsAllowed(): Checker {
  return {
    promise: "a time that comes during a run ends it, or begins another, only where that is said",
    committed(before, after, changes, events) {
      for (const { type, instanceId } of events) {
        const was = instanceId === null ? undefined : before.instances.get(instanceId);
        if (type !== "schedule.fired" || was === undefined) continue;
        if (was.state.kind === "scheduled" || AT_REST.has(was.state.kind)) continue;
        // What else has happened in the same step may have put it on its schedule.
        if (events.some((it) => it.instanceId === was.id && it.type === "process.scheduled"))
          continue;
        const isSaid = [before, after].some((world) => {
          const spec = specOf(world, was);
          return spec?.schedule === undefined || spec.schedule.overlap !== "skip";
        });
        if (!isSaid) broken(`${was.id} has its turn and is ${was.state.kind}`);
      }
      for (const [id, instance] of changes.instances) {
        if (instance?.extra !== true) continue;
        if (AT_REST.has(instance.state.kind)) broken(`${id} is extra, and not forgotten`);
        const isNew = !before.instances.has(id);
        const { instances = 0 } = specOf(after, instance) ?? {};
        if (instance.index <= instances) broken(`${id} is extra, and one of ${instances}`);
        const isSaid = [before, after].some(
          (world) => specOf(world, instance)?.schedule?.overlap === "allow",
        );
        if (isNew && !isSaid) broken(`${id} is extra, and no overlap is allowed`);
        const extras = [...after.instances.values()].filter(
          (it) => it.process === instance.process && it.extra === true,
        );
        if (extras.length > limits.extraRuns) broken(`${instance.process} has too many runs`);
      }
    },
  };
}

export function waitsForItsTime(): Checker {
  return {
    promise: "what waits for its time is run only when that has come, or when it is asked for",
    committed(before, after, changes, events, sim) {
      for (const [id, instance] of changes.instances) {
        if (before.instances.get(id)?.state.kind !== "scheduled" || instance === null) continue;
        if (instance.state.kind !== "pending" && instance.state.kind !== "spawning") continue;
        const isAsked = sim.asked.has(id);
        // Stopped and started again in one step, it may run at its start.
        const types = ["schedule.fired", "config.changed", "process.stopped"];
        const isTold = events.some(
          (it) => types.includes(it.type) && (it.instanceId === id || it.instanceId === null),
        );
        if (!isAsked && !isTold) broken(`${id} is run, and nobody knows why`);
      }
      void after;
    },
  };
}

function lengthMs(by: Timetable): number {
  return by.kind === "every" ? by.everyMs : MINUTE_MS;
}

const isOf =
  (id: InstanceId) =>
  ({ instanceId }: JournalEvent): boolean =>
    instanceId === id;

/** More were missed than are counted. */
const isMany =
  (id: InstanceId) =>
  ({ instanceId, data }: JournalEvent): boolean =>
    instanceId === id && data["isMore"] === true;

function toldOf({ type, data }: JournalEvent): number {
  if (type === "schedule.missed") return Number(data["count"]);
  // A run that catches up stands for what was told to have been missed.
  return type === "schedule.fired" && data["catchUp"] !== true ? 1 : 0;
}

function specOf(world: World, { project, process }: Instance): ProcessSpec | undefined {
  const found = world.projects.get(project);
  return found?.spec.processes[process] ?? found?.retired[process];
}
