/** Callers' environments, each stored once: most processes of a project share one. */

import type { Database } from "bun:sqlite";
import type { ProcessName } from "../model/ids.ts";
import type { Project } from "../model/state.ts";

type Environment = Readonly<Record<string, string>>;

/** A project with its environments named by their hashes. */
export interface StoredProject extends Omit<Project, "callerEnv"> {
  readonly callerEnv: Readonly<Record<ProcessName, string>>;
}

export class EnvironmentTable {
  readonly #database: Database;
  readonly #hashes = new WeakMap<Environment, string>();
  readonly #stored = new Map<string, Environment>();
  #unsaved: string[] = [];

  constructor(database: Database) {
    this.#database = database;
    const rows = database.query("SELECT hash, json FROM environments").all();
    for (const { hash, json } of rows as { hash: string; json: string }[]) {
      this.#stored.set(hash, JSON.parse(json) as Environment);
    }
  }

  /** Within a transaction: writes what is new of the project's environments. */
  store(project: Project): StoredProject {
    const callerEnv: Record<ProcessName, string> = {};
    for (const [name, env] of Object.entries(project.callerEnv)) callerEnv[name] = this.#put(env);
    return { ...project, callerEnv };
  }

  /** Processes with the same environment get the same object. */
  restore(stored: StoredProject): Project {
    const callerEnv: Record<ProcessName, Environment> = {};
    for (const [name, hash] of Object.entries(stored.callerEnv)) {
      callerEnv[name] = this.#stored.get(hash) ?? {};
    }
    return { ...stored, callerEnv };
  }

  /** The transaction was committed. */
  saved(): void {
    this.#unsaved = [];
  }

  /** A transaction begins: what an earlier one did not commit is not stored. */
  forgetUnsaved(): void {
    for (const hash of this.#unsaved) this.#stored.delete(hash);
    this.#unsaved = [];
  }

  /** Deletes what no project names any more. */
  sweep(): void {
    const rows = this.#database.query("SELECT json FROM projects").all() as { json: string }[];
    const named = new Set(
      rows.flatMap(({ json }) => Object.values((JSON.parse(json) as StoredProject).callerEnv)),
    );
    for (const hash of this.#stored.keys()) {
      if (named.has(hash)) continue;
      this.#database.query("DELETE FROM environments WHERE hash = ?").run(hash);
      this.#stored.delete(hash);
    }
  }

  #put(env: Environment): string {
    const hash = this.#hashes.get(env) ?? hashOf(env);
    this.#hashes.set(env, hash);
    if (this.#stored.has(hash)) return hash;
    this.#database
      .query("INSERT OR REPLACE INTO environments (hash, json) VALUES (?, ?)")
      .run(hash, JSON.stringify(env));
    this.#stored.set(hash, env);
    this.#unsaved.push(hash);
    return hash;
  }
}

function hashOf(env: Environment): string {
  const sorted = Object.entries(env).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(sorted)).digest("hex");
}
