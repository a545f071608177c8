/** The lock that makes one daemon of a home, held for life.
 *
 *  It is a `flock` on standard input: of all descriptors only 0, 1 and 2 outlive `process.execve` (seen on Bun 1.4.5,
 *  which closes the others whatever their flags), and children get a standard input of their own. */

import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { Database } from "bun:sqlite";
import { libc } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

/** True when this process holds the lock from now on; false when another one does. A daemon that replaced its own
 *  program finds that it still holds it. */
export function takeLock(path: string): boolean {
  const c = libc();
  if (c === null) return takeDatabaseLock(`${path}.db`);
  const fd = openSync(path, "a+", 0o600);
  try {
    if (isSameFile(0, fd)) return c.flock(0, LOCK_EX | LOCK_NB);
    return c.flock(fd, LOCK_EX | LOCK_NB) && c.dup2(fd, 0);
  } finally {
    closeSync(fd);
  }
}

/** The lock that this process took is still that of the path: its file was not removed, and made anew by another. */
export function holdsLock(path: string): boolean {
  if (libc() === null) return true;
  const [held, there] = [fstatSync(0), statSync(path, { throwIfNoEntry: false })];
  return there !== undefined && there.dev === held.dev && there.ino === held.ino;
}

/** Without FFI: a transaction that never ends. It is let go of for a moment while the program replaces itself. */
function takeDatabaseLock(path: string): boolean {
  const database = new Database(path, { create: true });
  try {
    database.run("BEGIN EXCLUSIVE");
    held.push(database);
    return true;
  } catch {
    database.close(); // SQLITE_BUSY: somebody has it.
    return false;
  }
}

/** Kept from being collected, which would end the transaction. */
const held: Database[] = [];

function isSameFile(one: number, other: number): boolean {
  const a = fstatSync(one);
  const b = fstatSync(other);
  return a.dev === b.dev && a.ino === b.ino;
}
