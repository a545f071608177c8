/** Where a daemon keeps everything, and where it listens; contract §4. */

import { mkdirSync, lstatSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fail } from "../model/errors.ts";

/** Longer socket paths are refused by curl, Python and some kernels (107 bytes on Linux, 103 on macOS). */
const SOCKET_PATH_BYTES = 100;

/** The home of the daemon that a caller means. `flag` is `--home`. */
export function homePath(
  env: Readonly<Record<string, string | undefined>>,
  flag: string | null,
): string {
  const named = flag ?? env["PROCMAN_HOME"];
  if (named !== undefined && named !== "") return resolve(named);
  const state = env["XDG_STATE_HOME"];
  if (state !== undefined && isAbsolute(state)) return join(state, "procman");
  const home = env["HOME"] ?? homedir();
  if (!isAbsolute(home)) {
    fail("HOME_UNUSABLE", "Cannot find a home: HOME is not set", "Set HOME or PROCMAN_HOME.");
  }
  return join(home, ".local", "state", "procman");
}

/** Makes the home if it is missing: mode 0700, a directory of this user's and no link to one. */
export function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    checkPrivate(home);
  } catch (error) {
    if (error instanceof Error && error.name === "ProcmanError") throw error;
    const cause = error instanceof Error ? error.message : String(error);
    fail("HOME_UNUSABLE", `Cannot use ${home}: ${cause}`, "Set PROCMAN_HOME to another directory.");
  }
}

/** The daemon's socket: in the home, or in a short private directory when that path would be too long. */
export function socketPath(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const inside = join(home, "daemon.sock");
  if (Buffer.byteLength(inside) <= SOCKET_PATH_BYTES) return inside;
  const hash = Bun.hash(home).toString(36).slice(0, 12);
  const uid = process.getuid?.() ?? 0;
  const runtime = env["XDG_RUNTIME_DIR"];
  const directory =
    runtime !== undefined && isAbsolute(runtime)
      ? join(runtime, `procman-${hash}`)
      : join("/tmp", `procman-${uid}-${hash}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  checkPrivate(directory);
  const short = join(directory, "daemon.sock");
  return Buffer.byteLength(short) <= SOCKET_PATH_BYTES ? short : join(tmpdir(), `${hash}.sock`);
}

/** Refuses what another user could have put there or could look into. */
function checkPrivate(directory: string): void {
  const info = lstatSync(directory);
  const uid = process.getuid?.() ?? info.uid;
  const problem = info.isSymbolicLink()
    ? "it is a symbolic link"
    : !info.isDirectory()
      ? "it is not a directory"
      : info.uid !== uid
        ? `it belongs to user ${info.uid}`
        : (info.mode & 0o077) !== 0
          ? `others may enter it (mode ${(info.mode & 0o777).toString(8)})`
          : null;
  if (problem === null) return;
  const hint = `Make it a private directory ('chmod 700 ${directory}'), or set PROCMAN_HOME to another one.`;
  fail("HOME_UNUSABLE", `Cannot use ${directory}: ${problem}`, hint);
}
