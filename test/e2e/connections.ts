/** Waiting for requests to come to a daemon that does not answer them for as long as they wait. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, type Sandbox } from "./sandbox.ts";

const IS_SEEN = process.platform === "linux";

/** A pause where the kernel does not tell: one that comes too late is not held up either, so a test only tests less. */
const UNSEEN_MS = 500;

/** Until so many requests wait in the daemon. */
export async function arrived(sandbox: Sandbox, requests: number): Promise<void> {
  await connected(sandbox, requests);
  await sandbox.daemon(); // What came before this was read before it.
}

/** Until so many have connected to the daemon's socket, whether or not it has noticed. */
export async function connected(sandbox: Sandbox, requests: number): Promise<void> {
  if (!IS_SEEN) return Bun.sleep(UNSEEN_MS);
  await eventually(`${requests} requests to the daemon`, async () => {
    const value = connections(sandbox);
    return { value, done: value >= requests };
  });
}

/** The daemon's ends of them have the path of its socket; 2 is one that it has not accepted yet, 3 one that it has
 *  (`unix_seq_show` in net/unix/af_unix.c). */
export function connections(sandbox: Sandbox): number {
  if (!IS_SEEN) return 0;
  const socket = join(sandbox.home, "daemon.sock");
  const rows = readFileSync("/proc/net/unix", "utf8").split("\n");
  return rows.filter((row) => / 0[23] +\d+ /.test(row) && row.endsWith(` ${socket}`)).length;
}
