/** Limits on Linux: /proc, and the control group of the process. */

import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { groupOf } from "../cgroups.ts";
import type { MachineLimits, PipeBudget } from "../machine-limits.ts";

/** A pipe is made with sixteen pages; pipe(7). */
const PAGES_A_PIPE = 16;

export function limitsOf(pid: number): MachineLimits {
  const lines = read(`/proc/${pid}/limits`);
  const own = pidsOfUser();
  const isRoot = process.getuid?.() === 0;
  const bounds = [
    ...(isRoot ? [] : [left("ulimit -u", hardOf(lines, "Max processes"), threadsOf(own))]),
    left("kernel.pid_max", number("/proc/sys/kernel/pid_max"), allThreads()),
    ...groupBounds(pid),
  ].filter((it) => it !== null);
  return {
    openFiles: mostOpenFiles(pid),
    tasksLeft: bounds.toSorted((one, other) => one.count - other.count)[0] ?? null,
    // CAP_SYS_RESOURCE lifts the limits of pipes.
    pipes: isRoot ? { softPages: null, hardPages: null, usedPages: 0 } : pipeBudget(own),
    inotify: {
      instances: number("/proc/sys/fs/inotify/max_user_instances") ?? 0,
      watches: number("/proc/sys/fs/inotify/max_user_watches") ?? 0,
    },
  };
}

/** The hard limit; null: none. */
export function mostOpenFiles(pid: number): number | null {
  return hardOf(read(`/proc/${pid}/limits`), "Max open files");
}

/** Of this process; 0 before Linux 6.2, where it is not told so cheaply. */
export function openFilesNow(): number {
  return statSync("/proc/self/fd", { throwIfNoEntry: false })?.size ?? 0;
}

function left(bound: string, most: number | null, used: number) {
  return most === null ? null : { count: Math.max(0, most - used), bound };
}

/** Of a line "Max open files  1024  20000  files"; null for "unlimited". */
function hardOf(lines: string, name: string): number | null {
  const [, hard] = new RegExp(`^${name} +\\S+ +(\\d+)`, "m").exec(lines) ?? [];
  return hard === undefined ? null : Number(hard);
}

/** The control groups that it is in, each with a limit of its own. */
function groupBounds(pid: number) {
  const bounds = [];
  for (let at = groupOf(pid); at !== null && at !== "/"; at = dirname(at)) {
    const most = number(join(at, "pids.max"));
    const used = number(join(at, "pids.current"));
    if (most !== null && used !== null) bounds.push(left(`pids.max of ${at}`, most, used));
  }
  return bounds;
}

function pidsOfUser(): number[] {
  const uid = process.getuid?.();
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (Number.isNaN(pid)) return [];
    return statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid === uid ? [pid] : [];
  });
}

function threadsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [, threads = "0"] = /^Threads:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? [];
    return sum + Number(threads);
  }, 0);
}

/** "0.20 0.18 0.12 1/80 11206": running and all. */
function allThreads(): number {
  return Number(/\/(\d+)/.exec(read("/proc/loadavg"))?.[1] ?? 0);
}

function pipeBudget(pids: readonly number[]): PipeBudget {
  // Pipes without a name, and those with one, which is how the output of processes is taken.
  const pipes = new Set(pids.flatMap(descriptors).filter((target) => isPipe(target)));
  return {
    softPages: number("/proc/sys/fs/pipe-user-pages-soft") || null,
    hardPages: number("/proc/sys/fs/pipe-user-pages-hard") || null,
    usedPages: pipes.size * PAGES_A_PIPE,
  };
}

function isPipe(target: string): boolean {
  if (target.startsWith("pipe:")) return true;
  if (!/\.(?:out|err)$/.test(target)) return false;
  return statSync(target, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function descriptors(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).flatMap((fd) => {
      try {
        return [readlinkSync(join(directory, fd))];
      } catch {
        return []; // Closed meanwhile.
      }
    });
  } catch {
    return []; // Gone, or not to be looked into.
  }
}

/** Null when there is no such file, or it holds a word such as "max". */
function number(path: string): number | null {
  const text = read(path).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** Empty when it is gone, or not ours to read. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
