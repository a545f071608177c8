/** The registry: what it was told it tells again, and what was done to its file is survived. */

import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../src/model/limits.ts";
import { ProcmanError } from "../../src/model/errors.ts";
import type { JournalEvent } from "../../src/model/events.ts";
import type { Changes, Lease } from "../../src/model/state.ts";
import { openRegistry, type Registry } from "../../src/store/registry.ts";

const NOW = 1_800_000_000_000;
const LEASE: Lease = { id: "1-2", pid: 1, startTicks: "2" };

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "procman-registry-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function open(): Registry {
  return openRegistry({ home, bootId: "boot", newHomeId: "abcd1234", nowMs: NOW });
}

function changes(leases: Changes["leases"] = new Map()): Changes {
  return { instances: new Map(), projects: new Map(), leases, alerts: new Map(), nextRun: 7 };
}

function event(seq: number): JournalEvent {
  const of = { project: null, process: null, instance: null, instanceId: null, runId: null };
  return { seq, atMs: NOW, type: "daemon.started", ...of, data: {} };
}

test("what was committed is there again", () => {
  const first = open();
  first.commit(changes(new Map([[LEASE.id, LEASE]])), [event(1), event(2)]);
  first.close();
  const second = open();
  const { world, lastSeq } = second.load();
  expect([...world.leases.values()]).toEqual([LEASE]);
  expect([world.nextRun, world.homeId, lastSeq]).toEqual([7, "abcd1234", 2]);
  expect(second.eventsAfter(1, 10).map(({ seq }) => seq)).toEqual([2]);
  second.close();
});

test("event numbers never go back, when the registry is lost neither", () => {
  const first = open();
  expect(first.load().lastSeq).toBe(0);
  first.commit(changes(), [event(1)]);
  first.close();
  mkdirSync(join(home, "logs"));
  for (const name of ["registry.db", "registry.db-wal", "registry.db-shm"]) {
    rmSync(join(home, name), { force: true });
  }
  const again = open();
  expect(again.load().lastSeq).toBe(NOW);
  again.close();
});

test("a file that is no database any more is kept, and a new registry begun", () => {
  open().close();
  writeFileSync(join(home, "registry.db"), "garbage".repeat(2_000));
  const again = open();
  expect(again.damaged).toBe(join(home, `registry.db.corrupt-${NOW}`));
  expect(existsSync(again.damaged ?? "")).toBe(true);
  expect(again.load().lastSeq).toBe(NOW);
  again.close();
});

test("a file that was cut off is kept, or read as it was before", () => {
  const first = open();
  for (let seq = 1; seq <= 200; seq += 1) first.commit(changes(), [event(seq)]);
  first.close();
  truncateSync(join(home, "registry.db"), 8_192);
  const again = open();
  expect(again.damaged === null ? again.load().lastSeq : NOW).toBeGreaterThanOrEqual(200);
  again.close();
});

test("a row that is not what it has to be is left out and told, and hurts no other", () => {
  const first = open();
  first.commit(changes(new Map([[LEASE.id, LEASE]])), []);
  first.close();
  const database = new Database(join(home, "registry.db"));
  database.run(
    "INSERT INTO instances (id, json) VALUES ('shop/api.1', '{}'), ('shop/b.1', 'null')",
  );
  const orphan = '{"id":"x/y.1","project":"x","process":"y","state":{"kind":"stopped"}}';
  database.run("INSERT INTO instances (id, json) VALUES ('x/y.1', ?)", [orphan]);
  database.close();
  const again = open();
  expect(again.strangeRows.length).toBe(3);
  expect(again.load().world.instances.size).toBe(0);
  expect(again.load().world.leases.size).toBe(1);
  again.close();
});

test("of events that say much the last are kept, and the registry does not grow for ever", () => {
  const registry = open();
  const text = "x".repeat(1_000_000);
  const count = (2 * limits.eventsKeptBytes) / text.length;
  for (let seq = 1; seq <= count; seq++) {
    registry.commit(changes(), [{ ...event(seq), data: { text } }]);
  }
  const kept = count - registry.firstSeq() + 1;
  const most = limits.eventsKeptBytes / text.length;
  expect(kept).toBeWithin(most - 5, most + 5);
  expect(registry.eventsAfter(count - 1, 10).map(({ seq }) => seq)).toEqual([count]);
  registry.close();
  expect(statSync(join(home, "registry.db")).size).toBeLessThan(1.5 * limits.eventsKeptBytes);
});

test("of events of middling size no more is kept, either", () => {
  const registry = open();
  const text = "x".repeat(12_000);
  const batch = 64;
  for (let seq = 1; seq <= 9_984; seq += batch) {
    const events = Array.from({ length: batch }, (_, at) => ({
      ...event(seq + at),
      data: { text },
    }));
    registry.commit(changes(), events);
  }
  const kept = 9_984 - registry.firstSeq() + 1;
  expect(kept * text.length).toBeLessThan(1.1 * limits.eventsKeptBytes);
  registry.close();
});

test("a registry of a newer version is refused and not touched", () => {
  open().close();
  const database = new Database(join(home, "registry.db"));
  database.run("UPDATE meta SET value = '99' WHERE key = 'schema'");
  database.close();
  expect(open).toThrow(ProcmanError);
  expect(open).toThrow("a newer version of procman wrote it");
});

test("a full disk is a shortage, a row that cannot be is none", () => {
  const registry = open();
  const big = { ...event(1), data: { text: "x".repeat(1_000_000) } };
  const database = new Database(join(home, "registry.db"));
  database.run(
    "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'never'); END",
  );
  database.close();
  expect(registry.isShortage(errorOf(() => registry.commit(changes(), [big])))).toBe(false);
  registry.close();
  for (const code of ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_BUSY", "SQLITE_READONLY"]) {
    expect(registry.isShortage(Object.assign(new Error("no"), { code }))).toBe(true);
  }
});

function errorOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}
