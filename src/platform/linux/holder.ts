/** A holder: a process that waits for ever, has next to no memory, and a socket that nobody reads. Descriptors sent to it
 *  (SCM_RIGHTS, unix(7)) stay in the socket's queue: so pipes that nobody else has open stay, with what is in them, for
 *  as long as the process lives.
 *
 *  It is a `cat` of a FIFO that nobody writes to, whose name is drawn anew for each: by it one is found again, and
 *  nothing else is ever taken for one. The FIFO is there before the process and goes after it. */

import { closeSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Holder, Holders, LeftHolder } from "../holder.ts";
import type { Libc } from "../libc.ts";
import { processTable } from "../process-table.ts";
import { signalProcess } from "../signals.ts";

const ENDING = ".holder";

/** The queue is as long as the sender's buffer allows: 278 messages, with that much 555, and 11,000 for root. The kernel
 *  gives no more than net.core.wmem_max, twice. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/** Null without the C library. */
export function openHolders(directory: string, c: Libc | null): Holders | null {
  if (c === null) return null;
  return {
    start: (onGone) => startHolder(directory, c, onGone),
    left: () => holdersIn(directory),
  };
}

function startHolder(directory: string, c: Libc, onGone: () => void): Holder {
  const fifo = join(directory, `${crypto.randomUUID()}${ENDING}`);
  if (!c.mkfifo(fifo)) throw new Error(`cannot make the pipe ${fifo}`);
  try {
    const child = Bun.spawn([Bun.which("cat") ?? "/bin/cat", fifo], {
      stdio: ["ignore", "ignore", "ignore", "socket-fd"],
      cwd: "/",
      // Nothing of a run or of the daemon: no sweep is to find it.
      env: {},
      detached: true,
      onExit: onGone,
    });
    child.unref();
    const socket = Number(child.stdio[3]);
    c.widenQueue(socket, QUEUE_BYTES);
    return {
      take: (fds) => c.sendDescriptors(socket, fds),
      end() {
        closeSync(socket);
        child.kill("SIGKILL");
        rmSync(fifo, { force: true });
      },
    };
  } catch (error) {
    rmSync(fifo, { force: true });
    throw error;
  }
}

function holdersIn(directory: string): LeftHolder[] {
  if (!existsSync(directory)) return [];
  const fifos = readdirSync(directory).filter((name) => name.endsWith(ENDING));
  if (fifos.length === 0) return [];
  const rows = processTable.rows().filter(({ isZombie }) => !isZombie);
  const byFifo = Map.groupBy(rows, ({ pid }) => processTable.argvOf(pid)[1]);
  return fifos.map((name) => {
    const fifo = join(directory, name);
    const found = byFifo.get(fifo) ?? [];
    return {
      pids: found.map(({ pid }) => pid),
      end() {
        for (const row of found) signalProcess(row, ["SIGKILL"]);
        rmSync(fifo, { force: true });
      },
    };
  });
}
