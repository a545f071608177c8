/** Limits as files of control groups, and the controllers that it takes: the kernel's Documentation/admin-guide/cgroup-v2.rst. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Limit, TREE_LIMITS, type TreeLimit } from "../model/confinement.ts";

/** Of CPU time so much may be used in each period. Microseconds; the kernel's own default. */
const CPU_PERIOD_US = 100_000;

/** The group beside those of the runs that the daemon goes to, where its own may have no processes. */
export const DAEMON_GROUP = "procman-daemon";

/** Processes that are born meanwhile are where their parents were. */
const ROUNDS = 10;

/** Writes all that the controllers of a group can limit. Throws when it cannot be written. */
export function writeLimits(
  group: string,
  controllers: readonly TreeLimit[],
  limits: readonly Limit[],
): void {
  for (const controller of controllers) {
    const limit = limits.find((it) => it.limit === controller && it.by === "cgroup");
    writeFileSync(join(group, `${controller}.max`), limit === undefined ? "max" : textOf(limit));
  }
}

/** Whether all of a group end when one is killed for want of memory. */
export function endTogether(group: string, together: boolean): void {
  writeFileSync(join(group, "memory.oom.group"), together ? "1" : "0");
}

function textOf({ limit, value }: Limit): string {
  if (limit !== "cpu") return String(Math.round(value));
  return `${Math.round(value * CPU_PERIOD_US)} ${CPU_PERIOD_US}`;
}

/** Has a group pass on to those in it what it has itself of the controllers; those that it passes on then. */
export function passOn(group: string): readonly TreeLimit[] {
  const missing = controllersIn(group, "cgroup.controllers").filter(
    (it) => !passedOn(group).includes(it),
  );
  try {
    const wanted = missing.map((it) => `+${it}`).join(" ");
    if (missing.length > 0) writeFileSync(join(group, "cgroup.subtree_control"), wanted);
  } catch {
    // Not permitted: what is passed on already is all.
  }
  return passedOn(group);
}

/** A group that passes controllers on can have no processes itself, unless it is the root: so the daemon goes to one
 *  below, with what belongs to it. False when there are others, which procman has no business to move. */
export function stepAside(group: string, isOwn: (pid: number) => boolean): boolean {
  const isRoot = !existsSync(join(group, "cgroup.type"));
  if (isRoot) return true;
  const [inside, procs] = [join(group, DAEMON_GROUP), "cgroup.procs"];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const pids = numbersIn(join(group, procs));
      if (pids.length === 0) return true;
      if (!pids.every(isOwn)) return false;
      mkdirSync(inside, { recursive: true });
      for (const pid of pids) writeFileSync(join(inside, procs), String(pid));
    }
  } catch {
    // Not permitted, or one of them has just ended: then its limits are watched.
  }
  return false;
}

/** The controllers that the groups in it have. */
export function passedOn(group: string): readonly TreeLimit[] {
  return controllersIn(group, "cgroup.subtree_control");
}

/** The controllers that a group has itself. */
export function controllersOf(group: string): readonly TreeLimit[] {
  return controllersIn(group, "cgroup.controllers");
}

function controllersIn(group: string, file: string): readonly TreeLimit[] {
  const names: readonly string[] = read(join(group, file)).match(/\w+/g) ?? [];
  return TREE_LIMITS.filter((it) => names.includes(it));
}

function numbersIn(path: string): number[] {
  return (read(path).match(/\d+/g) ?? []).map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // There is no such group, or no such file in it.
  }
}
