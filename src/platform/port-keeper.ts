/** TCP ports: whether one is free, and keeping one free for a process that is still to start. */

import { closeSync } from "node:fs";
import { basename } from "node:path";
import { printable } from "../model/printable.ts";
import type { PortKeeper } from "../supervisor/ports.ts";
import { libc as openedLibc, type Libc } from "./libc.ts";
import { isBalancer } from "./process-tree.ts";
import { processTable } from "./process-table.ts";

/** Of a stranger's command so much is told. Characters. */
const COMMAND_LENGTH = 60;

interface Bound {
  readonly fd: number | null;
  /** Nobody else can bind the port, whatever the address. */
  readonly isAlone: boolean;
}

interface Holding extends Bound {
  readonly owner: string;
}

const UNBOUND: Bound = { fd: null, isAlone: false };

/** Held by a socket that is bound and does not listen. Without FFI nothing is held, and every port counts as free. */
export function createPortKeeper(libc: Libc | null = openedLibc()): PortKeeper {
  const held = new Map<number, Holding>();
  const letGo = (port: number): Holding | undefined => {
    const holding = held.get(port);
    held.delete(port);
    if (typeof holding?.fd === "number") closeSync(holding.fd);
    return holding;
  };

  return {
    // Of a port that nobody else could bind nothing is asked: for a moment it would look taken, by children that were
    // just started and have a copy of the socket until their `exec` is through.
    handOver: (port) => letGo(port)?.isAlone === true || libc === null || isFree(libc, port),

    hold(port, owner) {
      const holding = held.get(port);
      if (holding !== undefined) return holding.owner === owner;
      if (libc !== null && !isFree(libc, port)) return false;
      held.set(port, { owner, ...(libc === null ? UNBOUND : keep(libc, port)) });
      return true;
    },

    release: (port) => void letGo(port),

    held: () => [...held.keys()],

    holderOf(port) {
      const [pid] = processTable.listenersOn(port);
      if (pid === undefined) return null;
      const process = processTable.variableOf(pid, "PROCMAN_PROCESS");
      const project = processTable.variableOf(pid, "PROCMAN_PROJECT");
      if (isBalancer(pid)) return { pid, name: "instances that share it, by procman's balancer" };
      if (process !== null) return { pid, name: printable(`${project}/${process}`) };
      return { pid, name: shortCommand(processTable.commandOf(pid)) };
    },
  };
}

/** `/usr/bin/python3 -m http.server` is `python3 -m http.server`. */
function shortCommand(command: string): string {
  const [program = "", ...args] = command.split(" ");
  const short = [basename(program), ...args].join(" ");
  if (short === "") return "a process";
  return short.length > COMMAND_LENGTH ? `${short.slice(0, COMMAND_LENGTH - 1)}…` : short;
}

/** While the last of former connections to it are about, only what reuses its address can bind it, so others can too. */
function keep(libc: Libc, port: number): Bound {
  const fd = libc.bindPort("any", port, false);
  if (fd !== null) return { fd, isAlone: true };
  const shared = libc.bindPort("any", port, true) ?? libc.bindPort("any-ipv4", port, false);
  return { fd: shared, isAlone: false };
}

/** A server on another address only, as of a container, is in nobody's way. */
function isFree(libc: Libc, port: number): boolean {
  const takes = (address: Parameters<Libc["bindPort"]>[0]): boolean => {
    const fd = libc.bindPort(address, port, true);
    if (fd !== null) closeSync(fd);
    return fd !== null;
  };
  // Ports below 1024 may not be ours to bind: nothing is known then.
  if (port < 1024 && process.getuid?.() !== 0) return true;
  return takes("any") || (takes("loopback-ipv4") && (takes("loopback") || !hasIpv6(libc)));
}

/** Some systems have no IPv6: no port of it can be bound. */
function hasIpv6(libc: Libc): boolean {
  const fd = libc.bindPort("loopback", 0, true);
  if (fd !== null) closeSync(fd);
  return fd !== null;
}
