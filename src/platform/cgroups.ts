/** Control groups of version 2: where the daemon may make them, each run has a group of its own. No process can leave
 *  it by a new session, a double fork or a changed environment, and all in it can be killed at once.
 *
 *  They stand below the daemon's own group, so that limits set from outside go on to hold. No controller is needed; with
 *  controllers they have limits, see `cgroup-limits.ts`, and with that of memory it is known who ran out of it. Runs
 *  that share limits stand in a group of theirs. */

import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Confinement, isHeldBy, type Limit, type TreeLimit } from "../model/confinement.ts";
import type { RunId } from "../model/ids.ts";
import {
  controllersOf,
  DAEMON_GROUP,
  endTogether,
  passedOn,
  passOn,
  stepAside,
  writeLimits,
} from "./cgroup-limits.ts";
import { processTable } from "./process-table.ts";
import { isDaemon } from "./process-tree.ts";

/** The folder of all runs' groups. */
const FOLDER = "procman-runs";

/** The groups of runs that share limits are called so in it; no run is. */
const SHARED = "shared.";

/** A group that old is not about to get its first process. */
const STALE_MS = 60_000;

export class Cgroups {
  readonly #directory: string;
  /** Of runs that share limits. */
  readonly #placed = new Map<RunId, string>();
  #isBroken = false;
  /** What the groups of runs can be limited in. */
  readonly controllers: readonly TreeLimit[];

  constructor(directory: string, controllers: readonly TreeLimit[] = []) {
    this.#directory = directory;
    this.controllers = controllers;
    for (const group of subgroups(directory).filter(isShared)) {
      for (const run of subgroups(group)) this.#placed.set(runIdOf(run), run);
    }
  }

  /** Makes the group of a run; its directory, or null when it cannot be made. `folder`: with whom it shares limits. */
  create(runId: RunId, folder: string | null = null): string | null {
    if (this.#isBroken) return null;
    if (folder !== null) {
      const shared = join(this.#directory, SHARED + encodeURIComponent(folder));
      this.#placed.set(runId, join(shared, encodeURIComponent(runId)));
    }
    try {
      // Another daemon, going, may have removed the folder that it found empty.
      mkdirSync(this.#of(runId), { recursive: true });
    } catch {
      // A daemon that died before the spawn may have made it. Else the run is swept by the process table.
      if (!existsSync(this.#of(runId))) return null;
    }
    return this.#of(runId);
  }

  /** Holds a run to what control groups hold it to. Throws, with a sentence, when it cannot. */
  hold(runId: RunId, { own, shared }: Confinement): void {
    const group = this.#of(runId);
    const together = shared?.limits ?? [];
    const isHeld = isHeldBy(own, "cgroup") || isHeldBy(together, "cgroup");
    if (!existsSync(group)) {
      if (isHeld) throw new Error("it has no control group that could be limited");
      return;
    }
    try {
      if (isHeldBy(together, "cgroup")) {
        passOn(dirname(group));
        writeLimits(dirname(group), this.controllers, together);
      }
      writeLimits(group, this.controllers, own);
      const isMemory = ({ limit, by }: Limit): boolean => limit === "memory" && by === "cgroup";
      if (this.controllers.includes("memory")) {
        endTogether(group, [...own, ...together].some(isMemory));
      }
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`the limits of its control group cannot be written: ${cause}`, {
        cause: error,
      });
    }
  }

  /** No process could be started in a group: none is made any more. */
  giveUp(): void {
    this.#isBroken = true;
  }

  /** Those in the run's group, zombies not among them; null when it has no group. */
  pidsOf(runId: RunId): number[] | null {
    const group = this.#of(runId);
    const events = read(join(group, "cgroup.events"));
    if (events === null) return null;
    return events.includes("populated 0") ? [] : pidsIn(group);
  }

  /** Who is in the run's group, and the CPU time of all that ever were; null when it has no group. `cpu.stat` is there
   *  without any controller (cgroup-v2.rst). */
  lookInto(runId: RunId): { readonly pids: readonly number[]; readonly cpuMs: number } | null {
    const group = this.#of(runId);
    const stat = read(join(group, "cpu.stat"));
    const usec = stat === null ? undefined : /^usage_usec (\d+)$/m.exec(stat)?.[1];
    return usec === undefined ? null : { pids: pidsIn(group), cpuMs: Number(usec) / 1_000 };
  }

  kill(runId: RunId): void {
    try {
      writeFileSync(join(this.#of(runId), "cgroup.kill"), "1");
    } catch {
      // The group went meanwhile: so did all in it.
    }
  }

  /** The kernel has killed something in the run's group for want of memory. False where memory is not accounted for by
   *  group: `memory.events` is there only with the memory controller (cgroup-v2.rst). */
  ranOutOfMemory(runId: RunId): boolean {
    const events = read(join(this.#of(runId), "memory.events")) ?? "";
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0) > 0;
  }

  /** The group goes if nothing is left in it. */
  remove(runId: RunId): void {
    const group = this.#of(runId);
    removeTree(group);
    if (this.#placed.delete(runId)) tryRemove(dirname(group));
  }

  /** Leaves no empty folder behind. */
  close(): void {
    tryRemove(this.#directory);
  }

  #of(runId: RunId): string {
    return this.#placed.get(runId) ?? join(this.#directory, encodeURIComponent(runId));
  }
}

/** Null where no groups can be made: no version 2, not permitted, or a kernel without `cgroup.kill` (before 5.14). */
export function openCgroups(): Cgroups | null {
  const own = process.platform === "linux" ? groupOf(process.pid) : null;
  if (own === null) return null;
  const directory = join(own, FOLDER);
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(join(directory, "cgroup.kill"), constants.W_OK);
    forgetStale(directory);
    return new Cgroups(directory, giveControllers(own, directory));
  } catch {
    return null; // Read-only, or not ours.
  }
}

/** Has the groups of runs limited by all the controllers that the daemon's own group was given. */
function giveControllers(own: string, directory: string): readonly TreeLimit[] {
  if (controllersOf(own).length > passedOn(own).length && stepAside(own, isOurs)) passOn(own);
  return passOn(directory);
}

function isOurs(pid: number): boolean {
  return pid === process.pid || isDaemon(pid) || isCommand(pid) || isChild(pid);
}

/** As the first line of `cli/main.ts` has it: in a scope of its own, a command waits for the daemon that it has started. */
const COMMAND =
  /^\S*bun\S* --config=\/dev\/null --no-env-file \S*(?:\/procman|\/cli\/main\.[jt]s)(?: |$)/;

function isCommand(pid: number): boolean {
  return COMMAND.test(processTable.commandOf(pid));
}

function isChild(pid: number): boolean {
  return /^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1] === String(process.pid);
}

/** What the runs of the daemon of that pid can be limited in by control group. */
export function controllersFor(daemon: number): readonly TreeLimit[] {
  const group = process.platform === "linux" ? groupOf(daemon) : null;
  return group === null ? [] : passedOn(join(group, FOLDER));
}

/** True where the daemon of that pid may make groups. */
export function allowsCgroups(daemon: number): boolean {
  const group = process.platform === "linux" ? groupOf(daemon) : null;
  try {
    if (group === null) return false;
    accessSync(group, constants.W_OK);
    accessSync(join(group, "cgroup.procs"), constants.W_OK);
    // The root has neither file, but the groups below it have.
    const isRoot = !existsSync(join(group, "cgroup.type"));
    return isRoot || existsSync(join(group, "cgroup.kill"));
  } catch {
    return false; // Read-only, or not ours.
  }
}

/** Every run that has a group beside this daemon's own, of whatever home, with those in it. */
export function runGroups(): { readonly runId: RunId; readonly pids: readonly number[] }[] {
  const own = process.platform === "linux" ? groupOf(process.pid) : null;
  if (own === null) return [];
  return groupsOfRuns(join(own, FOLDER)).map((group) => ({
    runId: runIdOf(group),
    pids: pidsIn(group),
  }));
}

/** Of a daemon that was started within a run, the group that this run's group stands in. */
export function groupOf(pid: number): string | null {
  const path = /^0::(\/.*)$/m.exec(read(`/proc/${pid}/cgroup`) ?? "")?.[1];
  const mount = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(read("/proc/self/mountinfo") ?? "");
  const [, root = "", mountPoint = ""] = mount ?? [];
  if (path === undefined || mount === null) return null;
  const below = root === "/" ? path : path.startsWith(root) ? path.slice(root.length) : null;
  if (below === null || below.includes("..")) return null;
  const [outside = ""] = below.split(`/${FOLDER}/`);
  return join(mountPoint, outside.endsWith(`/${DAEMON_GROUP}`) ? dirname(outside) : outside);
}

function groupsOfRuns(directory: string): string[] {
  return subgroups(directory).flatMap((group) => (isShared(group) ? subgroups(group) : [group]));
}

function isShared(group: string): boolean {
  return basename(group).startsWith(SHARED);
}

function runIdOf(group: string): RunId {
  return decodeURIComponent(basename(group));
}

/** Groups of runs whose daemon and home went before they were swept. Only empty ones can be removed. */
function forgetStale(directory: string): void {
  for (const group of groupsOfRuns(directory)) {
    const madeMs = statSync(group, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
    if (Date.now() - madeMs > STALE_MS) removeTree(group);
  }
  for (const group of subgroups(directory).filter(isShared)) tryRemove(group);
}

function pidsIn(group: string): number[] {
  const own = read(join(group, "cgroup.procs"))?.match(/\d+/g)?.map(Number) ?? [];
  return hasSubgroups(group) ? [...own, ...subgroups(group).flatMap(pidsIn)] : own;
}

/** A directory has a link for each one in it, beside its own two (kernfs counts them too). */
function hasSubgroups(group: string): boolean {
  return (statSync(group, { throwIfNoEntry: false })?.nlink ?? 0) !== 2;
}

function removeTree(group: string): void {
  for (const inner of subgroups(group)) removeTree(inner);
  tryRemove(group);
}

function tryRemove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Somebody is in it, or it is gone.
  }
}

function subgroups(group: string): string[] {
  try {
    const entries = readdirSync(group, { withFileTypes: true });
    return entries.filter((it) => it.isDirectory()).map(({ name }) => join(group, name));
  } catch {
    return []; // Gone meanwhile.
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
