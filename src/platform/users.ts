/** Users and groups, by name or number. */

import { readFileSync } from "node:fs";

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** Null when there is no such user, or no such group. A user without a group gets its own. */
export function lookUpUser(user: string | null, group: string | null): UserIds | null {
  const account = user === null ? null : find("/etc/passwd", user);
  const ownGroup = Number(account?.[3] ?? (user === null ? process.getgid?.() : user));
  const uid = user === null ? process.getuid?.() : Number(account?.[2] ?? user);
  const gid = group === null ? ownGroup : Number(find("/etc/group", group)?.[2] ?? group);
  return uid === undefined || Number.isNaN(uid) || Number.isNaN(gid) ? null : { uid, gid };
}

/** The line of a name or of a number, in fields. */
function find(path: string, wanted: string): readonly string[] | null {
  const lines = readFileSync(path, "utf8").split("\n");
  const rows = lines.map((line) => line.split(":"));
  return rows.find((row) => row[0] === wanted || row[2] === wanted) ?? null;
}
