/** What processes use: in `ls`, in `stats`, over time, by thresholds and by probes. */

import { expect, test } from "bun:test";
import type { Stats } from "../../src/protocol/stats.ts";
import type { Inspection } from "../../src/protocol/shapes.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const MB = 1_000_000;

/** Holds that much, once there is a file `go`; gives it back when that is gone. */
const HOLDER = `import os, time
held = None
while True:
  held = (held or bytearray(80 * 1000000)) if os.path.exists("go") else None
  time.sleep(0.02)
`;
const CONFIG = {
  name: "shop",
  processes: {
    idle: "sleep 1000",
    busy: { command: ["python3", "-c", "while True: pass"] },
    off: { command: "true", autostart: false },
  },
};

async function statsOf(sandbox: Sandbox, ...args: string[]): Promise<Record<string, Stats>> {
  const all = JSON.parse(await sandbox.ok("stats", "--json", ...args)) as Stats[];
  return Object.fromEntries(all.map((one) => [one.process, one]));
}

async function told(sandbox: Sandbox, type: string) {
  const event = await eventually(type, async () => {
    const value = (await sandbox.events("--type", type))[0];
    return { value, done: value !== undefined };
  });
  return event?.data;
}

test(
  "statuses say what processes use, and what is not known is null",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const busy = await sandbox.until("busy", ({ cpuPercent }) => (cpuPercent ?? 0) > 5);
    const known = { memoryBytes: expect.any(Number), threads: 1, fds: expect.any(Number) };
    expect(busy).toMatchObject({ ...known, net: { connections: 0, rxBytes: null, txBytes: null } });
    const idle = await sandbox.status("idle");
    expect(idle.cpuPercent).toBeLessThan(5);
    expect(idle.memoryBytes).toBeWithin(0.2 * MB, 10 * MB);
    const { status } = JSON.parse(await sandbox.ok("inspect", "idle", "--json")) as Inspection;
    expect(status).toMatchObject({ threads: 1, net: { connections: 0 } });
    await sandbox.ok("stop", "busy");
    const none = { cpuPercent: null, memoryBytes: null, fds: null, threads: null };
    expect(await sandbox.status("busy")).toMatchObject(none);
    expect((await sandbox.ok("ls")).split("\n")[0]).toMatch(/UPTIME +CPU +MEM +RESTARTS/);
  },
  SLOW_MS,
);

test(
  "stats shows what is used now and was used before, also before the daemon was restarted",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    await sandbox.until("busy", ({ cpuPercent }) => (cpuPercent ?? 0) > 5);
    const [head, ...rows] = (await sandbox.ok("stats", "idle", "busy")).trimEnd().split("\n");
    expect(head).toMatch(/^NAME +CPU +MEM +FDS +THREADS +READ +WRITTEN +CONNS +UPTIME$/);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(["idle", "busy"]);
    expect((await statsOf(sandbox))["busy"]?.history).toBeNull();
    const before = (await statsOf(sandbox, "--since", "5m"))["busy"]?.history;
    expect(before?.cpuPercent?.max).toBeGreaterThan(5);
    await sandbox.ok("daemon", "restart");
    const after = (await statsOf(sandbox, "--since", "5m"))["busy"]?.history;
    expect(after?.since).toBe(before!.since);
    expect(after?.points.length).toBeGreaterThanOrEqual(before!.points.length);
    expect(after?.memoryBytes?.mean).toBeWithin(1 * MB, 100 * MB);
    expect(await sandbox.ok("stats", "busy", "--since", "5m")).toMatch(/busy .*[▁-█]/);
    const { code, stderr } = await sandbox.run("stats", "--since", "never");
    expect([code, stderr]).toEqual([2, expect.stringContaining("Cannot understand --since never")]);
  },
  SLOW_MS,
);

test(
  "stats --watch --json gives a line a second",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "idle");
    const lines = await sandbox.shell("$PROCMAN stats idle --watch --json | head -n 3");
    const seen = lines.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Stats[]);
    expect(seen).toHaveLength(3);
    const uptimes = seen.map(([one]) => one?.uptimeMs ?? 0);
    expect(uptimes[2]! - uptimes[0]!).toBeWithin(1_000, 20_000);
  },
  SLOW_MS,
);

test(
  "a threshold is told of when it is reached and when it is left, and alerts know of it",
  async () => {
    const thresholds = { memory: { warning: "40MB", critical: "60MB", for: "1s" } };
    await using sandbox = new Sandbox({
      name: "shop",
      alerts: [{ on: ["resource.critical"] }],
      processes: { api: { command: ["python3", "-c", HOLDER], thresholds } },
    });
    await sandbox.ok("up", "-d");
    sandbox.write("go", "");
    const critical = await told(sandbox, "resource.critical");
    expect(critical).toMatchObject({ metric: "memory", to: "critical", threshold: 60 * MB });
    expect(critical?.["value"]).toBeWithin(80 * MB, 150 * MB);
    expect(critical?.["reason"]).toMatch(/^memory is \d+ MB, at or above 60 MB for 1s$/);
    const alerts = JSON.parse(await sandbox.ok("alerts", "--json")) as { type: string }[];
    expect(alerts.map(({ type }) => type)).toEqual(["resource.critical"]);
    // A new daemon goes on with what is reached, and tells nothing twice.
    await sandbox.killDaemon();
    await sandbox.ok("ls");
    await sandbox.shell("rm go");
    expect(await told(sandbox, "resource.recovered")).toMatchObject({ from: "critical" });
    const types = (await sandbox.events("--type", "resource.*")).map(({ type }) => type);
    expect(types).toEqual(["resource.critical", "resource.recovered"]);
    expect(await sandbox.ok("alerts")).toBe("");
    expect((await sandbox.status("api")).restarts).toBe(0);
  },
  SLOW_MS,
);

test(
  "a resource probe warns, and fails a run that uses too much for long",
  async () => {
    const resource = { memory: { warning: "40MB", unhealthy: "70MB" } };
    await using sandbox = new Sandbox({
      name: "shop",
      processes: {
        api: { command: ["python3", "-c", HOLDER], health: { resource, interval: "100ms" } },
        web: { command: "sleep 1000", ready: { resource: { cpu: { warning: 90 } } } },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.until("api", ({ health }) => health === "healthy");
    sandbox.write("go", "");
    const reason = (await told(sandbox, "health.failed"))?.["reason"];
    expect(reason).toMatch(/^memory is \d+ MB, at or above 70 MB \(3 failures in a row\)$/);
    await sandbox.shell("rm go");
    const again = await sandbox.until("api", ({ restarts, health }) => {
      return restarts > 0 && health === "healthy";
    });
    expect(again.state).toBe("running");
  },
  SLOW_MS,
);
