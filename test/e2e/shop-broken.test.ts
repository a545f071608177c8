/** The example shop with each of its parts broken in turn: the verdict, the event and the recovery. One shop for all of
 *  them; each repairs what it broke, and waits until all is well again. */

import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { WireEvent } from "../../src/protocol/shapes.ts";
import type { Status } from "../../src/protocol/status.ts";
import { eventually, isAlive, type Sandbox } from "./sandbox.ts";
import { patient, QUICK, shopSandbox } from "./shop.ts";
import { SmallDisk } from "./small-disk.ts";

const SLOW_MS = 120_000;
/** In a directory of its own, which a test puts a small disk on. */
const LEDGER = "ledger/shipped.csv";
const MOUNTS = process.platform === "linux" && process.getuid?.() === 0;

let sandbox: Sandbox;
/** Events after that number are of the present test. */
let seen = 0;

beforeAll(async () => {
  sandbox = shopSandbox();
  // One visit: what they order must not be in the way.
  sandbox.write(".env.local", `CUSTOMER_EVERY_MS=3600000\nSHOP_LEDGER=${LEDGER}\n`);
  mkdirSync(join(sandbox.directory, dirname(LEDGER)));
  sandbox.write("procman.local.json", JSON.stringify(QUICK));
  await sandbox.ok("up", "-d", "--wait");
}, SLOW_MS);

afterAll(async () => sandbox[Symbol.asyncDispose](), SLOW_MS);

/** Breaks something in a shop in which all is well, and gives the statuses from before. */
async function whileBroken(break_: () => void | Promise<unknown>) {
  await sandbox.ok("wait", "all", "--for", "ready", "--timeout", "30s");
  for (const name of ["api", "web", "worker", "customers", "report"]) {
    await sandbox.ok("wait", name, "--for", "healthy", "--timeout", "30s");
  }
  seen = (await sandbox.daemon()).lastSeq;
  const statuses = await sandbox.list();
  await break_();
  const before = (name: string): Status => {
    const found = statuses.find((it) => it.name === name || it.process === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  return {
    pidOf: (name: string): number => before(name).pid ?? 0,
    restartsOf: (name: string): number => before(name).restarts,
  };
}

/** What was told of a process since it was broken: the first event of that type. */
async function told(process: string, type: string): Promise<WireEvent | undefined> {
  return eventually(`${type} of ${process}`, async () => {
    const events = await sandbox.events("-n", "1000");
    const value = events.find((it) => it.seq > seen && it.process === process && it.type === type);
    return { value, done: value !== undefined };
  });
}

function inDatabase(...statements: readonly string[]): void {
  const database = new Database(join(sandbox.directory, "data/shop.sqlite"), { strict: true });
  database.run("PRAGMA busy_timeout = 5000");
  for (const statement of statements) database.run(statement);
  database.close();
}

const loseProducts = (): void => inDatabase("ALTER TABLE product RENAME TO mislaid");
const findProducts = (): void => inDatabase("ALTER TABLE mislaid RENAME TO product");

/** What a test that failed has left broken, so that the others show what they would. */
afterEach(async () => {
  try {
    findProducts();
  } catch {
    // There is nothing to be found: nothing was lost, or it was found before.
  }
  const ledger = join(sandbox.directory, LEDGER);
  if (lstatSync(ledger, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(ledger);
  sandbox.write("procman.local.json", JSON.stringify(QUICK));
  await sandbox.ok("up", "-d");
}, SLOW_MS);

test("every kind of probe that is in force is in the shop", async () => {
  await whileBroken(() => {});
  const config = await sandbox.ok("config", "show", "--json");
  const { processes } = JSON.parse(config) as {
    processes: Record<string, Record<"ready" | "health", readonly { kind: string }[]>>;
  };
  const kindsOf = (purpose: "ready" | "health"): string[] => {
    const probes = Object.values(processes).flatMap((it) => [it[purpose] ?? []].flat());
    return [...new Set(probes.flatMap((probe) => Object.keys(probe)))].filter((key) =>
      ["http", "tcp", "exec", "log", "after", "ipc", "resource"].includes(key),
    );
  };
  expect(kindsOf("ready").toSorted()).toEqual(["after", "exec", "http", "ipc", "log", "tcp"]);
  expect(kindsOf("health").toSorted()).toEqual(["exec", "http", "ipc", "log", "resource", "tcp"]);
  expect((await sandbox.run("health")).code).toBe(0);
}, 60_000);

test(
  "an endpoint that answers 500 for a moment is a warning, and the same run recovers",
  async () => {
    sandbox.write("procman.local.json", JSON.stringify(patient("api")));
    await sandbox.ok("apply");
    const { pidOf, restartsOf } = await whileBroken(loseProducts);
    const warned = await sandbox.until("api", ({ health }) => health === "warning");
    expect(warned.state).toBe("running");
    findProducts();
    await sandbox.ok("wait", "api", "--for", "healthy");
    expect((await told("api", "health.warning"))?.data["reason"]).toMatch(/answered 500$/);
    await told("api", "health.recovered");
    expect(await sandbox.status("api")).toMatchObject({
      pid: pidOf("api"),
      restarts: restartsOf("api"),
    });
  },
  SLOW_MS,
);

test(
  "with its database away the api is unhealthy and started anew until it is there again; the pages stay open",
  async () => {
    const { pidOf, restartsOf } = await whileBroken(loseProducts);
    await sandbox.until("api", ({ state }) => state === "backoff");
    expect((await sandbox.run("health", "api")).code).toBe(1);
    await told("api", "health.critical");
    expect((await told("api", "process.backoff"))?.data["reason"]).toMatch(
      /^was unhealthy: GET \S+\/products answered 500 \(3 failures in a row\)$/,
    );
    findProducts();
    await sandbox.ok("wait", "api", "--for", "healthy", "--timeout", "30s");
    const { pid, restarts } = await sandbox.status("api");
    expect(restarts).toBeGreaterThan(restartsOf("api"));
    expect(pid).not.toBe(pidOf("api"));
    expect(await sandbox.status("web")).toMatchObject({ pid: pidOf("web"), health: "healthy" });
  },
  SLOW_MS,
);

for (const [name, wait] of [
  ["api", "1s"],
  ["web", "3s"],
] as const) {
  test(
    `${name}, frozen, is found out, ended and started anew`,
    async () => {
      const { pidOf, restartsOf } = await whileBroken(async () => {
        process.kill((await sandbox.status(name)).pid ?? 0, "SIGSTOP");
      });
      const again = await sandbox.until(name, (it) => it.ready && it.pid !== pidOf(name));
      expect(again.restarts).toBe(restartsOf(name) + 1);
      expect((await told(name, "health.failed"))?.data["reason"]).toContain(
        `did not answer within ${wait} (3 failures in a row)`,
      );
      expect(isAlive(pidOf(name))).toBe(false);
      await sandbox.ok("wait", name, "--for", "healthy");
      const other = name === "api" ? "web" : "api";
      expect((await sandbox.status(other)).pid).toBe(pidOf(other));
    },
    SLOW_MS,
  );
}

test(
  "a closed shop makes the customers unhealthy, who are left running and are well when it opens",
  async () => {
    const { pidOf } = await whileBroken(() => sandbox.ok("stop", "web"));
    const closed = await sandbox.until("customers", ({ health }) => health === "unhealthy");
    expect(closed).toMatchObject({ state: "running", pid: pidOf("customers") });
    expect(closed.reason).toMatch(/refused \(3 failures in a row\); left running/);
    const survey = await sandbox.run("health");
    expect([survey.code, survey.stdout]).toEqual([1, expect.stringContaining("unhealthy")]);
    await sandbox.ok("start", "web", "--wait");
    await sandbox.ok("wait", "customers", "--for", "healthy");
    expect((await told("customers", "health.recovered"))?.data["from"]).toBe("unhealthy");
    expect((await sandbox.status("customers")).pid).toBe(pidOf("customers"));
  },
  SLOW_MS,
);

test(
  "customers who are frozen do not answer, are left as they are, and are well when they thaw",
  async () => {
    const { pidOf } = await whileBroken(async () => {
      process.kill((await sandbox.status("customers")).pid ?? 0, "SIGSTOP");
    });
    const frozen = await sandbox.until("customers", ({ health }) => health === "unhealthy");
    expect(frozen.reason).toMatch(
      /did not answer a ping within 1s \(3 failures in a row\); left running/,
    );
    process.kill(pidOf("customers"), "SIGCONT");
    await sandbox.ok("wait", "customers", "--for", "healthy", "--timeout", "30s");
    expect((await told("customers", "health.recovered"))?.data["from"]).toBe("unhealthy");
    expect(await sandbox.status("customers")).toMatchObject({ pid: pidOf("customers"), ipc: true });
  },
  SLOW_MS,
);

test(
  "workers whose ledger cannot be written are started anew, and are not ready until it can",
  async () => {
    const ledger = join(sandbox.directory, LEDGER);
    const { pidOf } = await whileBroken(() => {
      rmSync(ledger);
      symlinkSync("nowhere/at/all", ledger);
    });
    for (const name of ["worker.1", "worker.2"]) {
      const anew = await sandbox.until(name, (it) => it.state === "starting");
      expect(anew.pid).not.toBe(pidOf(name));
    }
    expect((await told("worker", "health.failed"))?.data["reason"]).toMatch(
      /shipped\.csv.* \(3 failures in a row\)$/,
    );
    rmSync(ledger);
    await sandbox.ok("wait", "worker", "--for", "healthy", "--timeout", "30s");
    expect((await sandbox.status("api")).pid).toBe(pidOf("api"));
  },
  SLOW_MS,
);

test.skipIf(!MOUNTS)(
  "a full disk makes the workers unhealthy, who watches is told, and told again when there is room",
  async () => {
    using disk = new SmallDisk(join(sandbox.directory, dirname(LEDGER)));
    const { pidOf } = await whileBroken(() => disk.fill());
    for (const name of ["worker.1", "worker.2"]) {
      const anew = await sandbox.until(name, (it) => it.state === "starting");
      expect(anew.pid).not.toBe(pidOf(name));
    }
    expect((await told("worker", "alert.fired"))?.data["reason"]).toContain(
      "No space left on device",
    );
    expect(JSON.parse(await sandbox.ok("alerts", "--json"))).toContainEqual(
      expect.objectContaining({ process: "worker", type: "health.failed" }),
    );
    disk.free();
    await sandbox.ok("wait", "worker", "--for", "healthy", "--timeout", "30s");
    await told("worker", "alert.resolved");
    await eventually("the line of who watches", async () => {
      const lines = readFileSync(join(sandbox.directory, "alerts.log"), "utf8");
      return { value: lines, done: / resolved: worker: .*No space left/.test(lines) };
    });
  },
  SLOW_MS,
);

test(
  "an order that is refused is a warning of the worker that had it, which passes",
  async () => {
    const { pidOf } = await whileBroken(async () => {
      inDatabase("UPDATE product SET stock = 0 WHERE id = 4");
      const [port] = (await sandbox.status("api")).ports;
      const url = `http://127.0.0.1:${port}/orders`;
      expect((await fetch(url, { method: "POST", body: "4" })).status).toBe(200);
    });
    expect((await told("worker", "health.warning"))?.data["reason"]).toMatch(
      /^it wrote: order \d+ refused: product 4 is sold out$/,
    );
    await told("worker", "health.recovered");
    for (const name of ["worker.1", "worker.2"]) {
      expect((await sandbox.status(name)).pid).toBe(pidOf(name));
    }
  },
  SLOW_MS,
);

test(
  "what uses too much is told of, or started anew, by what was asked for",
  async () => {
    const tight = {
      api: { ...QUICK.processes.api, thresholds: { memory: { warning: "1MB", for: 0 } } },
      report: { health: { resource: { memory: { unhealthy: "1KB" } }, interval: "200ms" } },
    };
    const { pidOf } = await whileBroken(async () => {
      const processes = { ...QUICK.processes, ...tight };
      sandbox.write("procman.local.json", JSON.stringify({ processes }));
      await sandbox.ok("apply");
    });
    expect((await told("report", "health.failed"))?.data["reason"]).toMatch(
      /^memory is \S+ \S+, at or above 1 KB \(3 failures in a row\)$/,
    );
    const warned = { metric: "memory", from: "normal", to: "warning", threshold: 1_000_000 };
    expect((await told("api", "resource.warning"))?.data).toMatchObject(warned);
    const api = { ...QUICK.processes.api, thresholds: { memory: { for: 0 } } };
    sandbox.write("procman.local.json", JSON.stringify({ processes: { ...QUICK.processes, api } }));
    await sandbox.ok("apply");
    await told("api", "resource.recovered");
    expect((await sandbox.status("api")).pid).toBe(pidOf("api"));
    await sandbox.ok("up", "-d", "report");
    await sandbox.ok("wait", "report", "--for", "healthy", "--timeout", "30s");
    expect((await sandbox.status("report")).pid).not.toBe(pidOf("report"));
  },
  SLOW_MS,
);
