/** A look at the registry by a program that is not its daemon, and leaves it as it is. */

import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { SCHEMA_VERSION } from "./schema.ts";

/** Throws when the registry of a home cannot be read by this program. One that is not there is made by the daemon. */
export function checkRegistry(home: string): void {
  look(home, (database) => {
    const row = database.query("SELECT value FROM meta WHERE key = 'schema'").get();
    const { value } = row as { value: string };
    if (Number(value) > SCHEMA_VERSION) {
      throw new Error(
        `the registry is of a later version (${value}; this one is ${SCHEMA_VERSION})`,
      );
    }
    for (const table of ["projects", "instances", "environments", "leases"]) {
      database.query(`SELECT json(json) FROM ${table}`).all();
    }
  });
}

export interface KnownRuns {
  /** The ids of all runs of this home begin with it. */
  readonly homeId: string;
  /** Those that are not over. */
  readonly runIds: ReadonlySet<string>;
}

/** Null when there is no registry. Throws when it cannot be read. */
export function knownRuns(home: string): KnownRuns | null {
  return look(home, (database) => {
    const row = database.query("SELECT value FROM meta WHERE key = 'home_id'").get();
    const rows = database
      .query(
        "SELECT json ->> '$.state.run.id' AS id, json ->> '$.beside.state.run.id' AS beside FROM instances",
      )
      .all() as readonly { readonly id: string | null; readonly beside: string | null }[];
    if (row === null) return null;
    const runIds = rows.flatMap(({ id, beside }) => [id ?? [], beside ?? []].flat());
    return { homeId: (row as { value: string }).value, runIds: new Set(runIds) };
  });
}

/** Null when there is none. */
function look<T>(home: string, read: (database: Database) => T): T | null {
  const path = `${home}/registry.db`;
  if (!existsSync(path)) return null;
  const database = new Database(path, { readonly: true, strict: true });
  try {
    database.run("PRAGMA busy_timeout = 2000");
    return read(database);
  } finally {
    database.close();
  }
}
