/** A look into the registry from outside, for when no daemon answers. */

import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Instance } from "../model/state.ts";

/** True when the registry of a home knows any process, or cannot be read and so needs a daemon to look after it. */
export function hasSomethingToLookAfter(home: string): boolean {
  return finds(home, "SELECT 1 FROM instances LIMIT 1");
}

/** True when by the registry of a home something runs or is to run, or it cannot be read. */
export function hasSomethingUp(home: string): boolean {
  const states = AT_REST.map((state) => `'${state}'`).join();
  return finds(
    home,
    `SELECT 1 FROM instances WHERE json ->> '$.state.kind' NOT IN (${states}) LIMIT 1`,
  );
}

const AT_REST: readonly Instance["state"]["kind"][] = [
  "stopped",
  "killed",
  "completed",
  "failed",
  "skipped",
];

function finds(home: string, query: string): boolean {
  const path = join(home, "registry.db");
  if (!existsSync(path)) return false;
  try {
    const database = new Database(path, { readwrite: true, create: false });
    try {
      return database.query(query).get() !== null;
    } finally {
      database.close();
    }
  } catch {
    return true; // Damaged or locked: the daemon knows what to do about it.
  }
}
