/** The process table of Linux: /proc. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ProcessRow, ProcessTable } from "../process-table.ts";

const MARKER = "PROCMAN_RUN_ID=";

/** Ticks of /proc/PID/stat are hundredths of a second on every Linux that Bun runs on (USER_HZ). */
const TICKS_A_SECOND = 100;

/** A process that young may still be about to execute its program, and so to get its environment. */
const YOUNG_SECONDS = 2;

export function createTable(): ProcessTable {
  const runIds = new Map<string, string | null>();
  return {
    row: readRow,
    rows() {
      const rows = pids().flatMap((pid) => readRow(pid) ?? []);
      forgetGone(runIds, rows);
      return rows;
    },
    runIdOf(row) {
      const key = `${row.pid} ${row.startTicks}`;
      const known = runIds.get(key);
      if (known !== undefined) return known;
      const found = readRunId(row.pid);
      if (found !== null || !isYoung(row)) runIds.set(key, found);
      return found;
    },
    commandOf: (pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim(),
    listeningPorts,
    bootId: () => read("/proc/sys/kernel/random/boot_id").trim(),
  };
}

/** `PID (name) state ppid pgrp session …`, start time in field 22. The name may hold blanks and brackets. */
function readRow(pid: number): ProcessRow | null {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 20);
  const startTicks = fields[19];
  if (startTicks === undefined) return null;
  return {
    pid,
    ppid: Number(fields[1]),
    pgid: Number(fields[2]),
    sid: Number(fields[3]),
    isZombie: fields[0] === "Z" || fields[0] === "X",
    startTicks,
  };
}

function pids(): number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

function readRunId(pid: number): string | null {
  const environ = read(`/proc/${pid}/environ`);
  const at = environ.startsWith(MARKER) ? 0 : environ.indexOf(`\0${MARKER}`) + 1;
  if (at === 0 && !environ.startsWith(MARKER)) return null;
  const end = environ.indexOf("\0", at);
  return environ.slice(at + MARKER.length, end < 0 ? undefined : end);
}

function isYoung({ startTicks }: ProcessRow): boolean {
  const uptime = Number(read("/proc/uptime").split(" ")[0]);
  return uptime - Number(startTicks) / TICKS_A_SECOND < YOUNG_SECONDS;
}

function forgetGone(runIds: Map<string, string | null>, rows: readonly ProcessRow[]): void {
  if (runIds.size <= rows.length) return;
  const there = new Set(rows.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  for (const key of runIds.keys()) if (!there.has(key)) runIds.delete(key);
}

/** Sockets that listen, by the inodes that the processes have open. */
function listeningPorts(owners: readonly number[]): number[] {
  const inodes = new Set(owners.flatMap(socketInodes));
  const rows = [...read("/proc/net/tcp").split("\n"), ...read("/proc/net/tcp6").split("\n")];
  const ports = rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    const port = Number.parseInt(local?.split(":")[1] ?? "", 16);
    return state === "0A" && inodes.has(inode ?? "") ? port : [];
  });
  return [...new Set(ports)].toSorted((one, other) => one - other);
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
      return match?.[1] ?? [];
    });
  } catch {
    return []; // Gone meanwhile, or not ours to look at.
  }
}

/** Empty when the process is gone, or not ours to look at. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
