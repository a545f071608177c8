/** Whose logs there are on disk, for when no daemon can be asked. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseLogName, type LogOwner } from "./paths.ts";

/** The instances of a project that have log files, by name and index. */
export function ownersOnDisk(home: string, project: string): LogOwner[] {
  const owners = new Map<string, LogOwner>();
  for (const name of namesIn(join(home, "logs", project))) {
    const parsed = parseLogName(project, name);
    if (parsed !== null) owners.set(`${parsed.owner.process}.${parsed.owner.index}`, parsed.owner);
  }
  return [...owners.values()].toSorted(
    (one, other) => one.process.localeCompare(other.process) || one.index - other.index,
  );
}

/** A target means it, in a project or with one before it. Groups are known to the daemon alone. */
export function isNamed(owner: LogOwner, project: string, target: string): boolean {
  const slash = target.lastIndexOf("/");
  if (owner.project !== (slash < 0 ? project : target.slice(0, slash))) return false;
  const name = target.slice(slash + 1);
  const { process, index } = owner;
  if (name === "all" || name === process || name === `${process}.${index}`) return true;
  return /[*?]/.test(name) && new Bun.Glob(name).match(process);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // The project has never written anything.
  }
}
