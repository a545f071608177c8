/** The program of the balancer: a process of its own, so that what it passes on neither goes through the daemon nor ends
 *  with it. Its one argument is the path of the socket on which a daemon tells it what to do. A daemon that dies is not
 *  noticed by those who are connected; the next one finds it by that path. */

import { readFileSync, statSync } from "node:fs";
import type { Socket } from "bun";
import { limits } from "../model/limits.ts";
import { Backends } from "./backends.ts";
import { BALANCER_VERSION, lineReader, type Answer, type Command } from "./messages.ts";
import { PortTable } from "./port-table.ts";

/** Descriptors for everything but connections. */
const OTHER_DESCRIPTORS = 100;
/** How often it looks whether it is still wanted. */
const LOOK_MS = 2_000;

const [, , path = ""] = process.argv;
const table = new PortTable(new Backends(mostConnections()));
/** The daemon that talks to it; a new one takes the place of the one before. */
let daemon: Wire | null = null;
let aloneSinceMs = performance.now();

interface Wire {
  readonly read: (chunk: Uint8Array) => void;
  readonly say: (answer: Answer) => void;
  readonly flush: () => void;
}

process.on("uncaughtException", tellTrouble);
process.on("unhandledRejection", tellTrouble);
// Whoever ends a session or a service with all that is in it leaves those who are connected their connections: the
// daemon ends it when nothing is to be served any more.
for (const signal of ["SIGHUP", "SIGINT"] as const) process.on(signal, () => {});

Bun.listen<Wire>({
  unix: path,
  socket: {
    open(socket) {
      socket.data = wireOf(socket);
      daemon = socket.data;
      daemon.say({ kind: "hello", version: BALANCER_VERSION, pid: process.pid });
    },
    data: (socket, chunk) => socket.data.read(chunk),
    drain: (socket) => socket.data.flush(),
    close(socket) {
      if (daemon !== socket.data) return;
      daemon = null;
      aloneSinceMs = performance.now();
    },
  },
});
const inode = inodeOf(path);
setInterval(() => {
  // Its home was removed, or another one is there.
  if (inodeOf(path) !== inode) process.exit(0);
  const isForgotten = daemon === null && performance.now() - aloneSinceMs > limits.balancerAloneMs;
  if (isForgotten && !table.isInUse) void endUnlessNeeded();
}, LOOK_MS);

async function endUnlessNeeded(): Promise<void> {
  if (!(await table.hasListeningBackend()) && daemon === null) process.exit(0);
}

function obey(command: Command, say: Wire["say"]): void {
  switch (command.kind) {
    case "serve":
      say({ kind: "served", seq: command.seq, unserved: table.serve(command.services) });
      return;
    case "drain": {
      const { seq, backend, withinMs } = command;
      void table.backends.drained(backend, withinMs).then(() => say({ kind: "drained", seq }));
      return;
    }
    case "count":
      say({ kind: "counted", seq: command.seq, services: table.counted() });
      return;
    case "end":
      process.exit(0);
  }
}

function wireOf(socket: Socket<Wire>): Wire {
  let rest = Buffer.alloc(0);
  const flush = (): void => {
    rest = rest.subarray(Math.max(0, socket.write(rest)));
  };
  const say = (answer: Answer): void => {
    const isBehind = rest.length > 0;
    rest = Buffer.concat([rest, Buffer.from(`${JSON.stringify(answer)}\n`)]);
    if (!isBehind) flush();
  };
  return { read: lineReader((line) => obey(JSON.parse(line) as Command, say)), say, flush };
}

function tellTrouble(error: unknown): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  daemon?.say({ kind: "trouble", what });
}

function inodeOf(file: string): number | null {
  try {
    return statSync(file).ino;
  } catch {
    return null; // It is not there.
  }
}

/** Each takes two descriptors. Bun has raised its soft limit to the hard one. */
function mostConnections(): number {
  try {
    const [, soft] =
      /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    if (soft === undefined) return limits.balancedConnections;
    return Math.min(limits.balancedConnections, Math.floor((Number(soft) - OTHER_DESCRIPTORS) / 2));
  } catch {
    return limits.balancedConnections; // Only Linux tells.
  }
}
