/** The process table of macOS: `ps` and `lsof`. Environments of others are hidden there, so runs are known by group,
 *  session and descent alone. */

import { printable } from "../../model/printable.ts";
import type { ProcessRow, ProcessTable } from "../process-row.ts";

const FIELDS = "pid=,ppid=,pgid=,sess=,state=,lstart=";

export function createTable(): ProcessTable {
  return {
    row: (pid) => parse(run("ps", "-o", FIELDS, "-p", String(pid)))[0] ?? null,
    rows: () => parse(run("ps", "-axo", FIELDS)),
    runIdOf: () => null,
    variableOf: () => null,
    commandOf: (pid) => printable(run("ps", "-o", "command=", "-p", String(pid)).trim()),
    argvOf: (pid) => run("ps", "-o", "command=", "-p", String(pid)).match(/\S+/g) ?? [],
    programOf: (pid) => run("ps", "-o", "comm=", "-p", String(pid)).trim() || null,
    directoryOf: (pid) =>
      /^n(.*)$/m.exec(run("lsof", "-a", "-d", "cwd", "-p", String(pid), "-Fn"))?.[1] ?? null,
    environmentOf: () => null,
    userOf(pid) {
      const text = run("ps", "-o", "uid=", "-p", String(pid)).trim();
      return text === "" ? null : Number(text);
    },
    ageMs: ({ startTicks }) => Math.max(0, Date.now() - Date.parse(startTicks)) || 0,
    listeningPorts(pids) {
      const text = run("lsof", "-nP", "-iTCP", "-sTCP:LISTEN", "-a", "-p", pids.join(","), "-Fn");
      const ports = text.split("\n").flatMap((line) => /^n.*:(\d+)$/.exec(line)?.[1] ?? []);
      return [...new Set(ports.map(Number))].toSorted((one, other) => one - other);
    },
    portsByPid,
    listenersOn: (port) =>
      run("lsof", "-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN").match(/\d+/g)?.map(Number) ?? [],
    bootId: () => run("sysctl", "-n", "kern.boottime").trim(),
  };
}

/** `lsof` tells of one process after the other: `p` begins one, `n` is an address of it. */
function portsByPid(pids: readonly number[]): Map<number, number[]> {
  const text = run("lsof", "-nP", "-iTCP", "-sTCP:LISTEN", "-a", "-p", pids.join(","), "-Fpn");
  const found = new Map<number, number[]>();
  let pid = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    const port = Number(/^n.*:(\d+)$/.exec(line)?.[1] ?? Number.NaN);
    const ports = found.get(pid) ?? [];
    if (!Number.isNaN(port) && !ports.includes(port)) found.set(pid, [...ports, port]);
  }
  return found;
}

function parse(text: string): ProcessRow[] {
  return text.split("\n").flatMap((line) => {
    const [pid, ppid, pgid, sid, state, ...start] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined) return [];
    return {
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      sid: Number(sid),
      isZombie: state.startsWith("Z"),
      startTicks: start.join(" "),
    };
  });
}

function run(...command: string[]): string {
  return Bun.spawnSync(command, { stderr: "ignore" }).stdout.toString();
}
