/** The process table of Linux: /proc. */

import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { printable } from "../../model/printable.ts";
import type { ProcessRow, ProcessTable } from "../process-row.ts";
import { listenersOn, listeningPorts, portsByPid } from "./sockets.ts";

/** Ticks of /proc/PID/stat are hundredths of a second on every Linux that Bun runs on (USER_HZ). */
const MS_A_TICK = 10;

/** Between fork and exec a process shows the environment of its parent: one that young is asked anew each time. */
const YOUNG_SECONDS = 3;

export function createTable(): ProcessTable {
  const runIds = new RunIds();
  return {
    row: readRow,
    rows() {
      const rows = pids().flatMap((pid) => readRow(pid) ?? []);
      runIds.forgetAllBut(rows);
      return rows;
    },
    runIdOf: (row) => runIds.of(row),
    variableOf,
    commandOf: (pid) =>
      printable(read(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")).trim(),
    argvOf: (pid) => words(read(`/proc/${pid}/cmdline`, "utf8")),
    programOf: (pid) => linkOf(`/proc/${pid}/exe`),
    directoryOf: (pid) => linkOf(`/proc/${pid}/cwd`),
    environmentOf,
    // Of a process that may not be looked into, the files are root's; the directory stays its own.
    userOf: (pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null,
    ageMs: ({ startTicks }) => uptimeMs() - Number(startTicks) * MS_A_TICK,
    listeningPorts,
    portsByPid,
    listenersOn: (port) => listenersOn(port, pids()),
    bootId: () => read("/proc/sys/kernel/random/boot_id").trim(),
  };
}

/** Some 10 µs each: together longer than a program usually takes to be given its environment. */
const LOOKS = 50;

/** Then one each millisecond: it may have to wait for its turn, or for its file. */
const PATIENT_LOOKS = 50;

/** The parent of all threads of the kernel, which have neither arguments nor environment. */
const KERNEL_PARENT_PID = 2;

/** The run ids of processes that are not young any more, which makes repeated looks cheap. */
class RunIds {
  readonly #known = new Map<
    number,
    { readonly startTicks: string; readonly runId: string | null }
  >();

  of({ pid, ppid, startTicks }: ProcessRow): string | null {
    const known = this.#known.get(pid);
    if (known?.startTicks === startTicks) return known.runId;
    if (ppid === KERNEL_PARENT_PID) return null;
    if (!isOld(startTicks)) return youngRunId(pid);
    const runId = variableOf(pid, "PROCMAN_RUN_ID");
    this.#known.set(pid, { startTicks, runId });
    return runId;
  }

  forgetAllBut(rows: readonly ProcessRow[]): void {
    if (this.#known.size <= rows.length) return;
    const there = new Set(rows.map(({ pid }) => pid));
    for (const pid of this.#known.keys()) if (!there.has(pid)) this.#known.delete(pid);
  }
}

/** Threads are in field 20, the start time is in field 22 (proc_pid_stat(5)). */
function readRow(pid: number): ProcessRow | null {
  const fields = fieldsOf(pid);
  const startTicks = fields[19];
  if (startTicks === undefined) return null;
  return {
    pid,
    ppid: Number(fields[1]),
    pgid: Number(fields[2]),
    sid: Number(fields[3]),
    isZombie: isOver(fields[0], Number(fields[17])),
    startTicks,
  };
}

/** `PID (name) state ppid pgrp session …`, from the state on. The name may hold blanks and brackets. */
function fieldsOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ", 20);
}

/** The state is that of the first thread, which may have ended while others go on and hold all that the process has open: by
 *  its own will, or for a moment while the kernel ends one thread after the other. */
export function isOver(state: string | undefined, threads: number): boolean {
  return (state === "Z" || state === "X") && threads <= 1;
}

function pids(): number[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isNaN(pid) ? [] : pid;
  });
}

/** In the midst of an execve a process has neither environment nor arguments for a moment (`environ_read` and
 *  `proc_pid_cmdline_read` in fs/proc/base.c); one whose first thread has ended has none any more. */
function youngRunId(pid: number): string | null {
  for (let look = 1; ; look += 1) {
    const runId = variableOf(pid, "PROCMAN_RUN_ID");
    const isBare =
      runId === null && read(`/proc/${pid}/cmdline`) === "" && fieldsOf(pid)[0] !== "Z";
    if (!isBare || look >= LOOKS + PATIENT_LOOKS) return runId;
    if (look >= LOOKS) Bun.sleepSync(1);
  }
}

function variableOf(pid: number, name: string): string | null {
  const environ = read(`/proc/${pid}/environ`);
  const marker = `${name}=`;
  const at = environ.startsWith(marker) ? 0 : environ.indexOf(`\0${marker}`) + 1;
  if (at === 0 && !environ.startsWith(marker)) return null;
  const end = environ.indexOf("\0", at);
  return environ.slice(at + marker.length, end < 0 ? undefined : end);
}

function environmentOf(pid: number): Record<string, string> | null {
  const entries = words(read(`/proc/${pid}/environ`, "utf8"));
  if (entries.length === 0) return null;
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const at = entry.indexOf("=", 1);
      return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
    }),
  );
}

/** Each ends with a null byte; programs that write their own title pad it with more of them. */
function words(text: string): string[] {
  const trimmed = text.replace(/\0+$/, "");
  return trimmed === "" ? [] : trimmed.split("\0");
}

/** Null when it is gone, or not ours to look at. A file that was removed is marked behind its path. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path).replace(/ \(deleted\)$/, "");
  } catch {
    return null;
  }
}

/** Asked for each process, so by the uptime that costs no file but knows whole seconds only. */
function isOld(startTicks: string): boolean {
  return uptime() - (Number(startTicks) * MS_A_TICK) / 1_000 > YOUNG_SECONDS;
}

/** Counted from the boot, sleep of the machine included, as start times are. */
function uptimeMs(): number {
  return Number(read("/proc/uptime").split(" ")[0]) * 1_000;
}

/** Empty when the process is gone, or not ours to look at. Throws when it cannot be known, for want of descriptors. */
function read(path: string, encoding: "latin1" | "utf8" = "latin1"): string {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EMFILE" || code === "ENFILE" || code === "ENOMEM") throw error;
    return "";
  }
}
