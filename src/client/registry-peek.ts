/** A look into the registry from outside, for when no daemon answers. */

import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** True when the registry of a home knows any process, or cannot be read and so needs a daemon to look after it. */
export function hasSomethingToLookAfter(home: string): boolean {
  const path = join(home, "registry.db");
  if (!existsSync(path)) return false;
  try {
    const database = new Database(path, { readwrite: true, create: false });
    try {
      return database.query("SELECT 1 FROM instances LIMIT 1").get() !== null;
    } finally {
      database.close();
    }
  } catch {
    return true; // Damaged or locked: the daemon knows what to do about it.
  }
}
