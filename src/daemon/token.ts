/** The token that requests over TCP have to carry: in a file that its owner alone can read, made when it is first
 *  needed. Another one is made when the file was removed. */

import { closeSync, constants, fstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../model/errors.ts";

const BYTES = 32;

export function tokenPath(home: string): string {
  return join(home, "http-token");
}

export function ownToken(home: string): string {
  const path = tokenPath(home);
  try {
    const token = Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString("base64url");
    writeFileSync(path, `${token}\n`, { flag: "wx", mode: 0o600 });
    return token;
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!isThere) throw error;
  }
  return read(path);
}

function read(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    return unusable(path, error instanceof Error ? error.message : String(error));
  }
  try {
    const { mode, uid } = fstatSync(fd);
    if (uid !== (process.getuid?.() ?? uid)) unusable(path, `it belongs to user ${uid}`);
    if ((mode & 0o077) !== 0) unusable(path, "others may read it");
    const token = readFileSync(fd, "utf8").trim();
    return token.length >= BYTES ? token : unusable(path, "it is too short for a token");
  } finally {
    closeSync(fd);
  }
}

function unusable(path: string, why: string): never {
  const hint = "Remove it: another token is made.";
  return fail("PERMISSION_DENIED", `Cannot use the token in ${path}: ${why}`, hint);
}
