/** Where a daemon keeps everything; contract §4. */

import { closeSync, lstatSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fail } from "../model/errors.ts";

/** The home of the daemon that a caller means. `flag` is `--home`. */
export function homePath(
  env: Readonly<Record<string, string | undefined>>,
  flag: string | null,
): string {
  const named = flag ?? env["PROCMAN_HOME"];
  if (named !== undefined && named !== "") return resolve(named);
  const state = env["XDG_STATE_HOME"];
  if (state !== undefined && isAbsolute(state)) return join(state, "procman");
  const home = env["HOME"] ?? homeOfUser();
  if (home === null || !isAbsolute(home)) {
    fail("HOME_UNUSABLE", "Cannot find a home: HOME is not set", "Set HOME or PROCMAN_HOME.");
  }
  return join(home, ".local", "state", "procman");
}

/** By the list of users; null for one that is not in it, as often in a container. */
function homeOfUser(): string | null {
  try {
    return homedir();
  } catch {
    return null; // ENOENT: there is no such user.
  }
}

/** Makes the home if it is missing: mode 0700, a directory of this user's and no link to one. */
export function prepareHome(home: string): void {
  requirePrivate(home, () => mkdirSync(home, { recursive: true, mode: 0o700 }));
}

/** For whoever is about to talk to a daemon there: in a directory that is not private somebody else could listen, and be
 *  told what is meant for the daemon. */
export function requireOwnHome(home: string): void {
  if (isThere(home)) requirePrivate(home, () => {});
}

/** A directory, or a link to something. */
function isThere(path: string): boolean {
  try {
    const info = lstatSync(path, { throwIfNoEntry: false });
    return info !== undefined && (info.isDirectory() || info.isSymbolicLink());
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code !== "EACCES") return false; // No such path can be.
    return fail("HOME_UNUSABLE", `Cannot use ${path}: permission denied`, ELSEWHERE);
  }
}

/** As much as a registry begins with. */
const ROOM_BYTES = 64 * 1024;

/** A daemon that has no room for its registry could not even say so. */
export function requireRoom(home: string): void {
  const path = join(home, `room-${process.pid}`);
  try {
    const fd = openSync(path, "w", 0o600);
    try {
      const written = writeSync(fd, Buffer.alloc(ROOM_BYTES));
      if (written < ROOM_BYTES) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    } finally {
      closeSync(fd);
      rmSync(path);
    }
  } catch (error) {
    unwritable(home, error);
  }
}

/** The directory itself, once `make` has made it; HOME_UNUSABLE when that cannot be, or it is not private. */
export function requirePrivate(directory: string, make: () => void): string {
  try {
    make();
  } catch (error) {
    return unwritable(directory, error);
  }
  const fault = privacyFault(directory);
  if (fault === null) return directory;
  const hint = `Make it a private directory ('chmod 700 ${directory}'), or set PROCMAN_HOME to another one.`;
  const isForeign = fault.startsWith(FOREIGN);
  return fail("HOME_UNUSABLE", `Cannot use ${directory}: ${fault}`, isForeign ? ELSEWHERE : hint);
}

/** What the system refused to make or to open there. */
export function unwritable(path: string, error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const cause = CAUSES[code] ?? (error instanceof Error ? error.message : String(error));
  return fail("HOME_UNUSABLE", `Cannot write to ${path}: ${cause}`, ELSEWHERE);
}

const ELSEWHERE = "Set PROCMAN_HOME, or --home, to a directory that you can write to.";

const FOREIGN = "it belongs to user";

const CAUSES: Readonly<Record<string, string>> = {
  EROFS: "its file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it cannot be made there",
  EEXIST: "it is not a directory",
  ENOTDIR: "what it should be in is not a directory",
  EISDIR: "it is a directory",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the path is too long",
};

/** Nobody else could have put something there or could look into it. Throws when it is not there. */
export function isPrivate(directory: string): boolean {
  return privacyFault(directory) === null;
}

/** Null when it is private; else why it is not. */
export function privacyFault(directory: string): string | null {
  const info = lstatSync(directory);
  const uid = process.getuid?.() ?? info.uid;
  if (info.isSymbolicLink()) return "it is a symbolic link";
  if (!info.isDirectory()) return "it is not a directory";
  if (info.uid !== uid) return `${FOREIGN} ${info.uid}`;
  if ((info.mode & 0o077) === 0) return null;
  return `others may enter it (mode ${(info.mode & 0o777).toString(8)})`;
}
