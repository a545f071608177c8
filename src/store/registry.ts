/** The registry: what the daemon must not forget, in SQLite. One transaction holds the changes of a step and its
 *  events, so what was announced is always what was stored. */

import { Database } from "bun:sqlite";
import { chmodSync, existsSync, renameSync } from "node:fs";
import type { Alert } from "../model/alerts.ts";
import { definitionOf } from "../model/definition-of.ts";
import type { JournalEvent } from "../model/events.ts";
import type { InstanceId, ProjectName } from "../model/ids.ts";
import { fail } from "../model/errors.ts";
import type { Changes, Instance, Lease, Project, World } from "../model/state.ts";
import type { Store } from "../supervisor/ports.ts";
import { EnvironmentTable, type StoredProject } from "./environment-table.ts";
import { Journal } from "./journal.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

export interface RegistryOptions {
  /** Absolute path of the daemon's home. */
  readonly home: string;
  readonly bootId: string;
  /** For the home id of a registry made anew: eight letters or digits left to chance. */
  readonly newHomeId: string;
  /** The wall clock, for what a registry made anew starts from. */
  readonly nowMs: number;
}

export interface Registry extends Store {
  /** Where a registry that could not be read was moved to; null when it could. */
  readonly damaged: string | null;
  /** Rows that were not what they have to be: left where they are, and left out. */
  readonly strangeRows: readonly string[];
  /** What the last daemon noted of itself; null when none has. */
  lastDaemon(): DaemonNote | null;
  noteDaemon(note: DaemonNote): void;
  close(): void;
}

/** Of a daemon of this home. */
export interface DaemonNote {
  readonly version: string;
  /** `exit`: it was asked to end; `exec`: it let another program take its place; null: neither, so far. */
  readonly ended: "exit" | "exec" | null;
}

/** Opens the registry of a home. One that is damaged is kept beside it, and a new one begun. */
export function openRegistry(options: RegistryOptions): Registry {
  const path = `${options.home}/registry.db`;
  try {
    return new SqliteRegistry(openDatabase(path), options, null);
  } catch (error) {
    if (!existsSync(path) || !isDamage(error)) throw error;
    const kept = `${path}.corrupt-${options.nowMs}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
    }
    return new SqliteRegistry(openDatabase(path), options, kept);
  }
}

function openDatabase(path: string): Database {
  const database = new Database(path, { create: true, strict: true });
  chmodSync(path, 0o600);
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = NORMAL");
  database.run("PRAGMA busy_timeout = 2000");
  // It is written often and read once: a quarter of a megabyte of pages is plenty.
  database.run("PRAGMA cache_size = -256");
  database.run(SCHEMA);
  const version = database.query("SELECT value FROM meta WHERE key = 'schema'").get();
  if (version === null) {
    database.run("INSERT INTO meta (key, value) VALUES ('schema', ?)", [String(SCHEMA_VERSION)]);
  } else if (Number((version as { value: string }).value) > SCHEMA_VERSION) {
    database.close();
    const hint = "Use that version, or another --home.";
    fail("REGISTRY_UNUSABLE", `Cannot use ${path}: a newer version of procman wrote it`, hint);
  }
  return database;
}

type Loose = Readonly<Record<string, unknown>>;

const has = (value: unknown, key: string, type: string): boolean =>
  value !== null && typeof value === "object" && typeof Reflect.get(value, key) === type;

const isInstance = (row: Loose): boolean =>
  has(row, "id", "string") && has(row["state"], "kind", "string");
const isProject = (row: Loose): boolean =>
  has(row["spec"], "name", "string") && has(row["spec"], "processes", "object");
const isLease = (row: Loose): boolean => has(row, "id", "string") && has(row, "pid", "number");

const isAlert = (row: Loose): boolean =>
  has(row, "key", "string") &&
  ["subject", "conditions", "quietUntilMonoMs"].every((key) => has(row, key, "object"));

/** Time has passed, and nothing came of it. */
function isNothing(
  { instances, projects, leases, alerts }: Changes,
  events: readonly JournalEvent[],
): boolean {
  return (
    [instances, projects, leases, alerts].every(({ size }) => size === 0) && events.length === 0
  );
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, and rows that are no longer JSON. */
function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && "code" in error
    ? /CORRUPT|NOTADB/.test(String(error.code))
    : /malformed|not a database/.test(String(error));
}

class SqliteRegistry implements Registry {
  readonly damaged: string | null;
  readonly strangeRows: string[] = [];
  readonly #database: Database;
  readonly #options: RegistryOptions;
  readonly #environments: EnvironmentTable;
  readonly #journal: Journal;
  readonly #loaded: ReturnType<Store["load"]>;

  constructor(database: Database, options: RegistryOptions, damaged: string | null) {
    this.damaged = damaged;
    this.#database = database;
    this.#options = options;
    this.#environments = new EnvironmentTable(database);
    this.#journal = new Journal(database);
    this.#loaded = this.#read();
  }

  load(): ReturnType<Store["load"]> {
    return this.#loaded;
  }

  commit(changes: Changes, events: readonly JournalEvent[]): void {
    if (isNothing(changes, events)) return;
    this.#database.transaction(() => {
      this.#environments.forgetUnsaved();
      for (const [name, project] of changes.projects) this.#writeProject(name, project);
      for (const [id, instance] of changes.instances) this.#write("instances", "id", id, instance);
      for (const [id, lease] of changes.leases) this.#write("leases", "id", id, lease);
      for (const [key, alert] of changes.alerts) this.#write("alerts", "key", key, alert);
      this.#setMeta("next_run", String(changes.nextRun));
      this.#journal.add(events);
    })();
    this.#environments.saved();
    if (this.#journal.trim()) this.#environments.sweep();
  }

  isShortage(error: unknown): boolean {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|NOMEM|CANTOPEN)/.test(code);
  }

  eventsAfter(seq: number, limit: number): readonly JournalEvent[] {
    return this.#journal.after(seq, limit);
  }

  firstSeq(): number {
    return this.#journal.firstSeq();
  }

  lastDaemon(): DaemonNote | null {
    const text = this.#meta("daemon");
    return text === null ? null : (JSON.parse(text) as DaemonNote);
  }

  noteDaemon(note: DaemonNote): void {
    this.#setMeta("daemon", JSON.stringify(note));
  }

  close(): void {
    this.#database.close();
  }

  #read(): ReturnType<Store["load"]> {
    const homeId = this.#meta("home_id") ?? this.#setMeta("home_id", this.#options.newHomeId);
    const bootId = this.#meta("boot_id");
    this.#setMeta("boot_id", this.#options.bootId);
    const projects = new Map(
      this.#rows<StoredProject>("projects", isProject).map((stored) => {
        const project = this.#environments.restore(stored);
        return [project.spec.name, project] as const;
      }),
    );
    const isDefined = (row: Loose): boolean =>
      isInstance(row) &&
      definitionOf(projects.get(String(row["project"])), String(row["process"])) !== undefined;
    const instances = this.#rows<Instance>("instances", isDefined).map(
      (it) => [it.id, it] as const,
    );
    const byProcess = new Map<string, Set<InstanceId>>();
    for (const [id, { project, process }] of instances) {
      const key = `${project}/${process}`;
      byProcess.set(key, (byProcess.get(key) ?? new Set()).add(id));
    }
    const world: World = {
      home: this.#options.home,
      homeId,
      nextRun: Number(this.#meta("next_run") ?? "1"),
      projects,
      instances: new Map(instances),
      byProcess,
      leases: new Map(
        this.#rows<Lease>("leases", isLease).map((lease) => [lease.id, lease] as const),
      ),
      alerts: new Map(
        this.#rows<Alert>("alerts", isAlert).map((alert) => [alert.key, alert] as const),
      ),
    };
    return { world, lastSeq: this.#journal.lastSeq() ?? this.#firstSeqEver(), bootId };
  }

  /** Numbers never go back: a registry that replaces a damaged or lost one starts beyond all that can have been given. */
  #firstSeqEver(): number {
    const isFirst = this.damaged === null && !existsSync(`${this.#options.home}/logs`);
    return isFirst ? 0 : this.#options.nowMs;
  }

  #rows<T>(
    table: "instances" | "projects" | "leases" | "alerts",
    isSound: (row: Loose) => boolean,
  ): T[] {
    const rows = this.#database.query(`SELECT rowid, json FROM ${table} ORDER BY rowid`).all();
    return (rows as { rowid: number; json: string }[]).flatMap(({ rowid, json }) => {
      const row = JSON.parse(json) as Loose | null;
      if (row !== null && isSound(row)) return [row as T];
      this.strangeRows.push(`${table} ${rowid}: ${json.slice(0, 100)}`);
      return [];
    });
  }

  #meta(key: string): string | null {
    const row = this.#database.query("SELECT value FROM meta WHERE key = ?").get(key);
    return (row as { value: string } | null)?.value ?? null;
  }

  #setMeta(key: string, value: string): string {
    this.#database
      .query(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
      )
      .run(key, value);
    return value;
  }

  #writeProject(name: ProjectName, project: Project | null): void {
    const row = project === null ? null : this.#environments.store(project);
    this.#write("projects", "name", name, row);
  }

  #write(table: string, key: string, value: string, row: unknown): void {
    if (row === null) this.#delete(table, key, value);
    else this.#put(table, key, value, row);
  }

  /** Updates in place, so that the order of first insertion stays. */
  #put(table: string, key: string, value: string, row: unknown): void {
    this.#database
      .query(
        `INSERT INTO ${table} (${key}, json) VALUES (?1, ?2) ON CONFLICT (${key}) DO UPDATE SET json = ?2`,
      )
      .run(value, JSON.stringify(row));
  }

  #delete(table: string, key: string, value: string): void {
    this.#database.query(`DELETE FROM ${table} WHERE ${key} = ?`).run(value);
  }
}
