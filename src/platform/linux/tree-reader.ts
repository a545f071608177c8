/** Counts what trees of processes use, on Linux: by control group where a run has one, else by the process table. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import type { RunId } from "../../model/ids.ts";
import type { MeasuredRun } from "../../model/measured-run.ts";
import type { Cgroups } from "../cgroups.ts";
import type { CpuTime, ProcessTime } from "../cpu-time.ts";
import { ProcessForest } from "../process-tree.ts";
import type { TreeCount, TreeReader } from "../tree-count.ts";
import { isOver } from "./process-table.ts";
import { connections, socketsOf } from "./sockets.ts";

/** Ticks of /proc/PID/stat are hundredths of a second on every Linux that Bun runs on (USER_HZ). */
const MS_A_TICK = 10;
/** Looking through that many descriptors of a process takes 10 ms; those of one with more are not looked through. */
const FDS_LOOKED_THROUGH = 5_000;

export function createReader(cgroups: Cgroups | null): TreeReader {
  const pageBytes = pageSize();
  return {
    async read(runs, { full, pause }) {
      const members = membersOf(runs, cgroups);
      const counts = new Map<RunId, TreeCount>();
      const sockets = new Map<RunId, ReadonlySet<string> | null>();
      for (const { runId } of runs) {
        await pause();
        const { pids, cpuMs } = members(runId);
        const rows = pids.flatMap((pid) => readRow(pid) ?? []);
        if (rows.every(({ isZombie }) => isZombie)) continue;
        counts.set(runId, {
          cpu: cpuMs === null ? byProcess(rows) : { kind: "sum", ms: cpuMs },
          memoryBytes: memoryPages(rows) * pageBytes,
          threads: sumOf(rows, ({ threads }) => threads),
          fds: full ? sumOf(rows, fdsOf) : null,
          ...(full ? ioOf(rows) : { readBytes: null, writeBytes: null }),
          connections: null,
        });
        if (!full) continue;
        const alive = rows.filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
        sockets.set(runId, socketsOf(alive, FDS_LOOKED_THROUGH));
      }
      return full ? withConnections(counts, sockets) : counts;
    },
  };
}

async function withConnections(
  counts: ReadonlyMap<RunId, TreeCount>,
  sockets: ReadonlyMap<RunId, ReadonlySet<string> | null>,
): Promise<ReadonlyMap<RunId, TreeCount>> {
  const hasAny = [...sockets.values()].some((theirs) => theirs !== null && theirs.size > 0);
  const connected = hasAny ? await connections() : new Set();
  const counted = [...counts].map(([runId, count]) => {
    const theirs = sockets.get(runId) ?? null;
    const number = theirs === null ? null : [...theirs].filter((it) => connected.has(it)).length;
    return [runId, { ...count, connections: number }] as const;
  });
  return new Map(counted);
}

interface Members {
  readonly pids: readonly number[];
  /** Null: not known as a sum. */
  readonly cpuMs: number | null;
}

/** The process table is looked at when there is a run without a group, once. */
function membersOf(
  runs: readonly MeasuredRun[],
  cgroups: Cgroups | null,
): (runId: RunId) => Members {
  const leaders = new Map(runs.map(({ runId, leader }) => [runId, leader]));
  let forest: ProcessForest | null = null;
  return (runId) => {
    const group = cgroups?.lookInto(runId) ?? null;
    const leader = leaders.get(runId);
    // One that was taken over is not in the group of its run.
    if (group !== null && group.pids.length > 0) return group;
    if (leader === undefined) return { pids: [], cpuMs: null };
    forest ??= new ProcessForest();
    const rows = forest.membersOf(runId, leader, [leader]);
    return { pids: rows.map(({ pid }) => pid), cpuMs: null };
  };
}

interface Row extends ProcessTime {
  readonly pid: number;
  readonly isZombie: boolean;
  /** Names the process, with its pid. */
  readonly startTicks: string;
  readonly threads: number;
  readonly rssPages: number;
}

/** Fields of /proc/PID/stat, counted from the state, which is field 3 (proc_pid_stat(5)). */
function readRow(pid: number): Row | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 22);
  const number = (at: number): number => Number(fields[at - 3]);
  const isZombie = isOver(fields[0], number(20));
  return {
    pid,
    isZombie,
    ownMs: (number(14) + number(15)) * MS_A_TICK,
    childrenMs: (number(16) + number(17)) * MS_A_TICK,
    threads: isZombie ? 0 : number(20),
    startTicks: fields[22 - 3] ?? "",
    rssPages: number(24),
  };
}

function byProcess(rows: readonly Row[]): CpuTime {
  const times = rows.map((row) => [`${row.pid} ${row.startTicks}`, row] as const);
  return { kind: "processes", times: new Map(times) };
}

/** Shared pages, such as those of the program itself, are counted once for the tree: as many as one process has at most. */
function memoryPages(rows: readonly Row[]): number {
  const [only, ...others] = rows;
  if (only === undefined || others.length === 0) return only?.rssPages ?? 0;
  let sum = 0;
  let shared = 0;
  for (const { pid } of rows) {
    const [, resident = 0, common = 0] = (read(`/proc/${pid}/statm`) ?? "").split(" ").map(Number);
    sum += resident - common;
    shared = Math.max(shared, common);
  }
  return sum + shared;
}

/** The size of the directory is the number of descriptors since Linux 6.2; before it is 0. */
function fdsOf({ pid, isZombie }: Row): number | null {
  if (isZombie) return 0;
  const directory = `/proc/${pid}/fd`;
  try {
    const { size } = statSync(directory);
    return size > 0 ? size : readdirSync(directory).length;
  } catch {
    return null; // Gone, or not ours to look at.
  }
}

/** What children have read and written that were waited for is in it (`signal->ioac`, kernel/exit.c). */
function ioOf(rows: readonly Row[]): Pick<TreeCount, "readBytes" | "writeBytes"> {
  const all = rows.filter(({ isZombie }) => !isZombie).map(({ pid }) => read(`/proc/${pid}/io`));
  const sum = (name: string): number | null =>
    sumOf(all, (io) => {
      const value = new RegExp(`^${name}: (\\d+)$`, "m").exec(io ?? "")?.[1];
      return value === undefined ? null : Number(value);
    });
  return { readBytes: sum("read_bytes"), writeBytes: sum("write_bytes") };
}

/** Null when one of them is not known: a part is not the whole. */
function sumOf<T>(all: readonly T[], value: (of: T) => number | null): number | null {
  let sum = 0;
  for (const one of all) {
    const part = value(one);
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

/** `AT_PAGESZ` among the pairs of words that the kernel gives every program (getauxval(3)). */
function pageSize(): number {
  const words = new BigUint64Array(new Uint8Array(readFileSync("/proc/self/auxv")).buffer);
  const at = words.findIndex((word, index) => index % 2 === 0 && word === 6n);
  return Number(words[at + 1] ?? 4_096n);
}

/** Null when it is gone, or not ours to look at. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
