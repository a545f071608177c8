/** Limits that processes carry themselves and hand on to their children: rlimits, and the priority. */

import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import type {
  Changeable,
  Confinement,
  Enforceable,
  Limit,
  LimitName,
} from "../model/confinement.ts";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { failure } from "./executable.ts";
import type { Libc } from "./libc.ts";
import { mostOpenFiles } from "./limits-of.ts";

/** RLIMIT_NOFILE and RLIMIT_AS of asm-generic/resource.h, and how the shell sets them; it counts memory in KiB. */
const RLIMITS = {
  openFiles: { resource: 7, option: "-n", unit: 1 },
  memory: { resource: 9, option: "-v", unit: 1_024 },
} as const;

/** Beyond every size: what stands for "no limit" is not exact as a number. */
const UNLIMITED = 2 ** 63;

/** Processes that are born meanwhile have what their parents had. */
const ROUNDS = 5;

/** What rlimits can hold the processes of a run to. On macOS address spaces have none (setrlimit(2)). */
const BY_RLIMIT: readonly LimitName[] =
  process.platform === "linux" ? ["memory", "openFiles"] : ["openFiles"];

/** What can be limited in the processes of a run themselves, and how far that can be changed while they run. */
export function byProcess(): Omit<Enforceable, "cgroup"> {
  const most = holds(CAP_SYS_RESOURCE) ? null : mostOpenFiles();
  const upTo = (capability: bigint): Changeable => (holds(capability) ? "any" : "less");
  const rlimit = process.platform === "linux" ? upTo(CAP_SYS_RESOURCE) : "never";
  return {
    rlimit: BY_RLIMIT,
    inRuns: { rlimit, nice: upTo(CAP_SYS_NICE) },
    ...(most === null ? {} : { openFilesMost: most }),
  };
}

/** The command under its rlimits. The shell that sets them becomes it: they hold from its first instruction on, which
 *  setting them in a process that runs already could not promise, and macOS has no call for. */
export function underRlimits(argv: readonly string[], limits: readonly Limit[]): string[] {
  const set = limits.flatMap(({ limit, value, by }) => {
    if (by !== "rlimit") return [];
    const { option, unit } = RLIMITS[limit as keyof typeof RLIMITS];
    return [`ulimit ${option} ${Math.round(value / unit)}`];
  });
  if (set.length === 0) return [...argv];
  return ["/bin/sh", "-c", [...set, 'exec "$@"'].join(" && "), "sh", ...argv];
}

/** Why a program cannot be started under its rlimits; null when it can. The shell could only tell its log. */
export function rlimitProblem({ confinement, user }: Launch): SpawnError | null {
  const files = confinement?.own.find(({ limit }) => limit === "openFiles")?.value;
  if (files === undefined || (user === null && holds(CAP_SYS_RESOURCE))) return null;
  const most = mostOpenFiles();
  if (most === null || files <= most) return null;
  const message = `limits.openFiles: ${files} is above the hard limit of ${most}, which only root with CAP_SYS_RESOURCE may raise`;
  return failure("ELIMIT", message);
}

/** Of capabilities(7). Root has not all of them in a container, unless it was given them. */
const CAP_SYS_NICE = 1n << 23n;
const CAP_SYS_RESOURCE = 1n << 24n;

function holds(capability: bigint): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return process.getuid?.() === 0;
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const [, held = "0"] = /^CapEff:\s*([0-9a-f]+)/m.exec(status) ?? [];
    return (BigInt(`0x${held}`) & capability) !== 0n;
  } catch {
    return true; // Nobody tells: the shell finds out.
  }
}

/** Sets the priority of a process that was just born. Throws when it may not be set. */
export function setNice(pid: number, limits: readonly Limit[]): void {
  const nice = limits.find(({ limit }) => limit === "nice")?.value;
  if (nice !== undefined && nice !== getPriority()) setPriority(pid, nice);
}

/** Brings processes that run from one confinement to another. Throws, with a sentence, when it cannot. */
export function limitProcesses(
  pidsNow: () => readonly number[],
  before: Confinement | null,
  now: Confinement,
  libc: Libc | null,
): void {
  const changes = changesBetween(before?.own ?? [], now.own);
  if (changes.length === 0) return;
  const done = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = pidsNow().filter((pid) => !done.has(pid));
    if (pids.length === 0) return;
    for (const pid of pids) {
      for (const change of changes) applyTo(pid, change, libc);
      done.add(pid);
    }
  }
}

interface Change extends Pick<Limit, "limit" | "by"> {
  /** Null: it is not limited any more. */
  readonly value: number | null;
}

function changesBetween(before: readonly Limit[], now: readonly Limit[]): Change[] {
  const carried = (limits: readonly Limit[]) =>
    limits.filter(({ by }) => by === "rlimit" || by === "priority");
  const isIn = (limits: readonly Limit[], { limit, by }: Limit) =>
    limits.find((it) => it.limit === limit && it.by === by);
  return [
    ...carried(now).filter((it) => isIn(before, it)?.value !== it.value),
    ...carried(before)
      .filter((it) => isIn(now, it) === undefined)
      .map((it) => ({ ...it, value: null })),
  ];
}

function applyTo(pid: number, { limit, by, value }: Change, libc: Libc | null): void {
  if (by === "priority") return renice(pid, value ?? getPriority());
  const { resource } = RLIMITS[limit as keyof typeof RLIMITS];
  const most = value ?? usualOf(limit);
  if (libc?.limitResource(pid, resource, Math.round(most)) === true) return;
  if (!isThere(pid)) return;
  throw new Error(`limits.${limit} of what runs cannot be set to ${value ?? "what it was"}`);
}

/** What a child begins with: it inherits that of the daemon. */
function usualOf(limit: Limit["limit"]): number {
  return limit === "openFiles" ? (mostOpenFiles() ?? UNLIMITED) : UNLIMITED;
}

/** On Linux each thread has a priority of its own (sched(7)). */
function renice(pid: number, nice: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      if (getPriority(thread) !== nice) setPriority(thread, nice);
    } catch (error) {
      if (!isThere(pid)) return;
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`limits.nice of what runs cannot be set to ${nice}: ${cause}`, {
        cause: error,
      });
    }
  }
}

function threadsOf(pid: number): readonly number[] {
  if (process.platform !== "linux") return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return []; // It has ended.
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // It has ended, or is not ours to limit.
  }
}
