/** Where the daemon of a home listens, contract §4: in the home, or in a short private directory where that path would
 *  be too long. Which directory that is depends on the environment, so only the daemon chooses; it leaves word in the
 *  home, and clients read that. */

import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { isPrivate, requirePrivate } from "./paths.ts";

/** Longer socket paths are refused by curl, Python and some kernels (107 bytes on Linux, 103 on macOS). */
const SOCKET_PATH_BYTES = 100;

type Environment = Readonly<Record<string, string | undefined>>;

/** For clients. Without word of another one it is that in the home, which is not there then. */
export function socketOf(home: string): string {
  const inside = join(home, "daemon.sock");
  return fits(inside) ? inside : (leftWord(home) ?? inside);
}

/** For the daemon: the directory is made. HOME_UNUSABLE when there is none that can be used. */
export function chooseSocket(home: string, env: Environment): string {
  const inside = join(home, "daemon.sock");
  if (fits(inside)) return inside;
  return join(runtimeDirectory(home, env) ?? temporaryDirectory(home), "daemon.sock");
}

/** For the daemon: where it listens to what it runs, beside its own socket. No longer a path than that. */
export function childSocketBeside(socket: string): string {
  return join(dirname(socket), "child.sock");
}

/** For the daemon: where its balancer listens to it. No longer a path either. */
export function balancerSocketBeside(socket: string): string {
  return join(dirname(socket), "proxy.sock");
}

/** For the daemon: where it listens. */
export function leaveWord(home: string, socket: string): void {
  if (dirname(socket) === home || leftWord(home) === socket) return;
  writeFileSync(`${wordPath(home)}.new`, socket, { mode: 0o600 });
  renameSync(`${wordPath(home)}.new`, wordPath(home));
}

/** For a daemon that ends: takes back what these have made. */
export function forgetSocket(home: string): void {
  const path = leftWord(home);
  if (path === null) return;
  rmSync(wordPath(home), { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Somebody else keeps something there: so it stays.
  }
}

const wordPath = (home: string): string => join(home, "daemon.sock.path");

const fits = (path: string): boolean => Buffer.byteLength(path) <= SOCKET_PATH_BYTES;

const hashOf = (home: string): string => Bun.hash(home).toString(36).slice(0, 12);

/** Null when no daemon left any, or when others may have put something else there since. */
function leftWord(home: string): string | null {
  try {
    const path = readFileSync(wordPath(home), "utf8");
    return isAbsolute(path) && isPrivate(dirname(path)) ? path : null;
  } catch {
    return null; // No daemon has listened elsewhere, or its directory was removed.
  }
}

/** Null where the directory for sockets is not this user's own, cannot be written, or has a long path too. */
function runtimeDirectory(home: string, env: Environment): string | null {
  const runtime = env["XDG_RUNTIME_DIR"];
  if (runtime === undefined || !isAbsolute(runtime)) return null;
  const directory = join(runtime, `procman-${hashOf(home)}`);
  if (!fits(join(directory, "daemon.sock"))) return null;
  try {
    const isOwn = lstatSync(runtime).uid === process.getuid?.();
    if (!isOwn) return null;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return isPrivate(directory) ? directory : null;
  } catch {
    return null; // It is not there, or full, or read-only: the other one serves as well.
  }
}

function temporaryDirectory(home: string): string {
  const directory = join("/tmp", `procman-${process.getuid?.() ?? 0}-${hashOf(home)}`);
  return requirePrivate(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
}
