/** Who listens where: /proc/net/tcp joined with the sockets that processes have open. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** `TCP_LISTEN` of the kernel's tcp_states.h, as /proc/net/tcp writes it. */
const LISTENING = "0A";

export function listeningPorts(pids: readonly number[]): number[] {
  return portsAt(pids.flatMap(socketInodes), listeningSockets());
}

export function portsByPid(pids: readonly number[]): Map<number, number[]> {
  const sockets = listeningSockets();
  const all = pids.map((pid) => [pid, portsAt(socketInodes(pid), sockets)] as const);
  return new Map(all.filter(([, ports]) => ports.length > 0));
}

export function listenersOn(port: number, pids: readonly number[]): number[] {
  const inodes = new Set(
    listeningSockets().flatMap((socket) => (socket.port === port ? socket.inode : [])),
  );
  if (inodes.size === 0) return [];
  return pids.filter((pid) => socketInodes(pid).some((inode) => inodes.has(inode)));
}

/** The sockets of a tree of processes, of whatever kind; null where not all of them can be seen, or are not in the tables
 *  of this network. */
export function socketsOf(pids: readonly number[], maxFds: number): ReadonlySet<string> | null {
  const sockets = new Set<string>();
  for (const pid of pids) {
    const fds = fdsOf(pid);
    if (fds === null || fds.length > maxFds) return null;
    const theirs = inodesAt(pid, fds);
    if (theirs.length > 0 && networkOf(pid) !== networkOf("self")) return null;
    for (const inode of theirs) sockets.add(inode);
  }
  return sockets;
}

/** Of all TCP sockets those that do not listen. To read the tables can take the kernel ten milliseconds, however few
 *  sockets there are: so it is done off the main thread. */
export async function connections(): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "latin1").catch(() => "")),
  );
  return new Set(tables.flatMap((table) => table.split("\n").slice(1).flatMap(connection)));
}

/** The inode of a socket that does not listen. */
function connection(line: string): string[] {
  const fields = line.trim().split(/\s+/);
  const [state, inode] = [fields[3], fields[9]];
  return state === undefined || state === LISTENING || inode === undefined ? [] : [inode];
}

function networkOf(pid: number | "self"): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null; // Gone, or not ours to look at.
  }
}

type Listening = ReturnType<typeof listeningSockets>;

function portsAt(inodes: readonly string[], sockets: Listening): number[] {
  const theirs = new Set(inodes);
  const ports = sockets.flatMap(({ port, inode }) => (theirs.has(inode) ? port : []));
  return [...new Set(ports)].toSorted((one, other) => one - other);
}

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`, the address as `HEX:PORT`. */
function listeningSockets(): { readonly port: number; readonly inode: string }[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) =>
    lines(path).flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const port = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
      const inode = fields[9];
      return fields[3] === LISTENING && inode !== undefined ? [{ port, inode }] : [];
    }),
  );
}

function socketInodes(pid: number): string[] {
  return inodesAt(pid, fdsOf(pid) ?? []);
}

function fdsOf(pid: number): string[] | null {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return null; // Gone, or not ours to look at.
  }
}

function inodesAt(pid: number, fds: readonly string[]): string[] {
  return fds.flatMap((fd) =>
    attempt(() => {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
}

function lines(path: string): string[] {
  return attempt(() => readFileSync(path, "latin1").split("\n"));
}

/** Empty for what is gone meanwhile, is not ours to look at, or is not there, as IPv6 may not be. */
function attempt(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
