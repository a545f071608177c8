/** Limits: what holds a process to them, what becomes of one that goes beyond, and what can be changed while it runs. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import type { Inspection } from "../../src/protocol/shapes.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const IS_LINUX = process.platform === "linux";

/** Watched everywhere, also where there are control groups. */
const watch = { enforce: "watch" } as const;
const fast = { restart: { policy: "on-failure", max: 1, backoff: { initial: "1ms" } } } as const;

/** Holds that many megabytes. */
const holding = (megabytes: number) => [
  "python3",
  "-c",
  `import time; held = bytearray(${megabytes} * 1000000); time.sleep(1000)`,
];

async function inspected(sandbox: Sandbox, name: string): Promise<Inspection> {
  return JSON.parse(await sandbox.ok("inspect", name, "--json")) as Inspection;
}

/** Of a process: the soft and the hard limit. */
function openFilesOf(pid: number | null): string[] {
  const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
  return /^Max open files +(\d+) +(\d+)/m.exec(limits)?.slice(1, 3) ?? [];
}

test.skipIf(!IS_LINUX)(
  "open files and priority hold from the start on, are changed while it runs, and survive the daemon",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        api: {
          command: "sleep 1000",
          limits: { openFiles: 123, nice: 7, memory: "1GB", pids: 50, ...watch },
        },
        bounded: {
          command: ["python3", "-c", "import os\nwhile True: os.dup(1)"],
          limits: { openFiles: 50 },
          restart: "no",
        },
      },
    });
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.status("api");
    expect(openFilesOf(pid)).toEqual(["123", "123"]);
    expect(getPriority(pid!)).toBe(7);
    const held = [
      { limit: "memory", value: 1_000_000_000, by: "watch", group: null },
      { limit: "pids", value: 50, by: "watch", group: null },
      { limit: "openFiles", value: 123, by: "rlimit", group: null },
      { limit: "nice", value: 7, by: "priority", group: null },
    ];
    expect((await inspected(sandbox, "api")).limits).toEqual(held);
    expect(await sandbox.ok("inspect", "api")).toContain(
      "limits     memory 1 GB (watched), pids 50 (watched), openFiles 123 (rlimit), nice 7 (priority)",
    );

    await sandbox.ok("set", "api", "limits.openFiles=99", "limits.nice=9");
    expect(openFilesOf(pid)).toEqual(["99", "99"]);
    expect(getPriority(pid!)).toBe(9);
    const set = held.map((it) => ({ ...it, value: { 123: 99, 7: 9 }[it.value] ?? it.value }));
    await sandbox.killDaemon();
    expect((await inspected(sandbox, "api")).limits).toEqual(set);
    const after = await sandbox.status("api");
    expect([after.pid, after.restarts]).toEqual([pid, 0]);

    // Up again, for which there may be no right: what is said is what happens, and it is waited for.
    await sandbox.ok("set", "api", "limits.openFiles=150");
    const raised = await sandbox.status("api");
    expect(openFilesOf(raised.pid)).toEqual(["150", "150"]);
    const changed = (await sandbox.events("--type", "config.changed")).at(-1)?.data["changed"];
    expect(changed).toMatchObject([{ process: "api", restarts: raised.pid !== pid }]);
    const causes = (await sandbox.events("--type", "process.restarting")).length;
    expect(causes).toBe(raised.pid === pid ? 0 : 1);

    await sandbox.until("bounded", ({ state }) => state === "failed");
    expect(await sandbox.ok("logs", "bounded")).toContain("Too many open files");
  },
  SLOW_MS,
);

test(
  "F20 F25 what is over a limit that is watched has failed, of a group the one that uses most; CPU time is told",
  async () => {
    const groups = { web: { members: ["small", "large"], limits: { memory: "100MB", ...watch } } };
    await using sandbox = new Sandbox({
      groups,
      defaults: { restart: "no" },
      processes: {
        hungry: { command: holding(60), limits: { memory: "40MB", ...watch }, ...fast },
        forker: {
          command: ["sh", "-c", "for i in 1 2 3 4 5; do sleep 1000 & done; wait"],
          limits: { pids: 4, ...watch },
        },
        modest: { command: holding(20), limits: { memory: "200MB", pids: 8, ...watch } },
        small: { command: holding(20) },
        large: { command: holding(80) },
        busy: { command: ["python3", "-c", "while True: pass"], limits: { cpu: 0.01, ...watch } },
      },
    });
    await sandbox.ok("up", "-d");
    const before = await sandbox.pids();
    const reasonOf = async (name: string): Promise<string | null> =>
      (await sandbox.until(name, ({ state }) => state === "failed")).reason;
    expect(await reasonOf("forker")).toBe(
      "used more than it may: it has 6 processes and threads, over its limit of 4",
    );
    expect(await reasonOf("large")).toMatch(
      /^used more than it may: of group web, in which it uses most, memory is 1\d\d MB, over its limit of 100 MB$/,
    );
    expect(await reasonOf("hungry")).toMatch(
      /^used more than it may: memory is \d+ MB, over its limit of 40 MB; the restart allowed/,
    );
    expect((await sandbox.status("hungry")).restarts).toBe(1);
    expect(await sandbox.ok("why", "hungry")).toContain("memory is");
    const limit = { limit: "memory", value: 100_000_000, by: "watch", group: "web" };
    expect((await inspected(sandbox, "small")).limits).toEqual([limit]);
    const told = await eventually("a warning", async () => {
      const value = (await sandbox.events("--type", "resource.warning"))[0];
      return { value, done: value !== undefined };
    });
    expect(told).toMatchObject({ process: "busy", data: { metric: "cpu", threshold: 1 } });
    const others = ["modest.1", "small.1", "busy.1"];
    const after = await sandbox.pids();
    expect(others.map((name) => after[name])).toEqual(others.map((name) => before[name]));
  },
  SLOW_MS,
);

test(
  "a limit that cannot be put in force is an error before anything is changed",
  async () => {
    const command = "sleep 1000";
    await using sandbox = new Sandbox({ processes: { api: command } });
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.status("api");
    const refused = await sandbox.run("set", "api", "limits.cpu=1", "limits.enforce=rlimit");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Cannot limit api: limits.cpu: no rlimit of this system");
    sandbox.configure({
      processes: { api: { command, limits: { cpu: 1, enforce: "rlimit" } }, other: command },
    });
    expect((await sandbox.run("up", "-d")).code).toBe(1);
    expect((await sandbox.status("api")).pid).toBe(pid);
    expect((await sandbox.run("inspect", "other")).code).toBe(3);
  },
  SLOW_MS,
);

test.skipIf(!IS_LINUX)(
  "F48 a daemon whose descriptors are all but used starts no more, says so, and answers",
  async () => {
    const names = Array.from({ length: 40 }, (_, at) => `p${at}`);
    await using sandbox = new Sandbox({
      defaults: { restart: { max: 1, backoff: { initial: "10ms" } } },
      processes: Object.fromEntries(names.map((name) => [name, "sleep 1000"])),
    });
    const up = await sandbox.shell("ulimit -n 64; $PROCMAN up -d");
    expect(up.code).toBe(1);
    expect(up.stderr).toContain("the daemon has no descriptor left");
    const all = await sandbox.list();
    const running = all.filter(({ state }) => state === "running");
    expect(running.length).toBeWithin(5, 40);
    const others = all.filter(({ state }) => state !== "running");
    expect(others.every(({ reason }) => reason?.includes("descriptor") === true)).toBe(true);
    // There is room again.
    await sandbox.ok("stop", ...running.map(({ process }) => process));
    await sandbox.ok("start", others[0]?.process ?? "");
    await sandbox.ok("daemon", "stop");
  },
  SLOW_MS,
);
