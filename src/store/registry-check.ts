/** A look at the registry by a program that is not its daemon, and leaves it as it is. */

import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { SCHEMA_VERSION } from "./schema.ts";

/** Throws when the registry of a home cannot be read by this program. One that is not there is made by the daemon. */
export function checkRegistry(home: string): void {
  const path = `${home}/registry.db`;
  if (!existsSync(path)) return;
  const database = new Database(path, { readonly: true, strict: true });
  try {
    database.run("PRAGMA busy_timeout = 2000");
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
  } finally {
    database.close();
  }
}
