/** Users and groups, by name or number. */

import { readFileSync } from "node:fs";

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** Groups of the user beside its main one. */
  readonly supplementary: readonly number[];
}

/** Null when there is no such user, or no such group. A user without a group gets its own. */
export function lookUpAccount(user: string | null, group: string | null): Account | null {
  const account = user === null ? ownAccount() : accountOf(user);
  const gid = group === null ? account?.gid : groupId(group);
  if (account === null || gid === undefined || gid === null) return null;
  return { ...account, gid, supplementary: account.supplementary.filter((id) => id !== gid) };
}

/** The name of a user; the number where it has none. */
export function userName(uid: number): string {
  const { stdout } = Bun.spawnSync(["id", "-nu", String(uid)], { stderr: "ignore" });
  return stdout.toString().trim() || String(uid);
}

function ownAccount(): Account {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, supplementary: [] };
}

/** As `id` knows it, which asks directories beside /etc/passwd too. A number needs no account. */
function accountOf(user: string): Account | null {
  const uid = idsOf("-u", user)[0];
  const gid = idsOf("-g", user)[0];
  if (uid !== undefined && gid !== undefined) {
    return { uid, gid, supplementary: idsOf("-G", user).filter((it) => it !== gid) };
  }
  const number = asNumber(user);
  return number === null ? null : { uid: number, gid: number, supplementary: [] };
}

function idsOf(option: string, user: string): number[] {
  const { stdout } = Bun.spawnSync(["id", option, "--", user], { stderr: "ignore" });
  return stdout.toString().match(/\d+/g)?.map(Number) ?? [];
}

function groupId(group: string): number | null {
  const rows = groupFile().map((line) => line.split(":"));
  const found = rows.find((row) => row[0] === group)?.[2];
  return asNumber(found ?? group);
}

function groupFile(): string[] {
  try {
    return readFileSync("/etc/group", "utf8").split("\n");
  } catch {
    return []; // Groups are known by number only.
  }
}

function asNumber(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}
