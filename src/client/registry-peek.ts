/** A look into the registry from outside, for when no daemon answers. */

import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { meantAmong } from "../model/meant-project.ts";
import type { ProjectSpec } from "../model/spec.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Place } from "../protocol/operations.ts";

/** True when the registry of a home knows any process, or cannot be read and so needs a daemon to look after it. */
export function hasSomethingToLookAfter(home: string): boolean {
  // Damaged or locked: the daemon knows what to do about it.
  return peek(home, false, true, (database) => {
    return database.query("SELECT 1 FROM instances LIMIT 1").get() !== null;
  });
}

/** True when by the registry of a home something runs or is to run, or it cannot be read. */
export function hasSomethingUp(home: string): boolean {
  const states = [...AT_REST].map((state) => `'${state}'`).join();
  const query = `SELECT 1 FROM instances WHERE json ->> '$.state.kind' NOT IN (${states}) LIMIT 1`;
  return peek(home, false, true, (database) => database.query(query).get() !== null);
}

/** A project as it was last started; null when it is not known, or cannot be read. */
export function storedSpec(home: string, project: string): ProjectSpec | null {
  return peek(home, null, null, (database) => {
    const row = database.query("SELECT json FROM projects WHERE name = ?").get(project);
    return row === null ? null : specOf(row);
  });
}

/** The name of the one project of a place; null when there is none, or there are several. */
export function storedProjectAt(home: string, place: Place): string | null {
  const { directory, exact, files, found } = place;
  const projects = peek(home, [], [], (database) =>
    (database.query("SELECT name, json FROM projects").all() as { readonly name: string }[]).map(
      (row) => ({ name: row.name, spec: specOf(row) }),
    ),
  );
  const here = projects.filter(
    ({ spec }) =>
      (exact ? spec.directory === directory : `${directory}/`.startsWith(`${spec.directory}/`)) &&
      files.every((file) => spec.files.includes(file)),
  );
  const deepest = Math.max(...here.map(({ spec }) => spec.directory.length));
  const all = here.filter(({ spec }) => spec.directory.length === deepest);
  const [nearest, other] = meantAmong(all, found);
  return other === undefined ? (nearest?.name ?? null) : null;
}

function specOf(row: unknown): ProjectSpec {
  const { json } = row as { readonly json: string };
  return (JSON.parse(json) as { readonly spec: ProjectSpec }).spec;
}

function peek<T>(home: string, absent: T, unreadable: T, read: (database: Database) => T): T {
  const path = join(home, "registry.db");
  if (!existsSync(path)) return absent;
  try {
    const database = new Database(path, { readwrite: true, create: false });
    try {
      return read(database);
    } finally {
      database.close();
    }
  } catch {
    return unreadable; // Damaged or locked.
  }
}
