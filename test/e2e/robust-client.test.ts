/** Commands against daemons that are slow, silent or asked by many at once. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 90_000;
const sleeper = { command: "sleep 1000" };
const NAMES = Array.from({ length: 5 }, (_, nth) => `p${nth}`);
const CONFIG = { processes: Object.fromEntries(NAMES.map((name) => [name, sleeper])) };

test(
  "twenty commands of every kind at once, of which the first finds no daemon, are all answered",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const lines = [
      ...NAMES.map((name) => `up -d ${name}`),
      ...NAMES.map((name) => `start ${name}`),
      ...NAMES.map(() => "up -d --wait"),
      ...NAMES.map(() => "ls --json"),
    ];
    const early = await Promise.all(lines.map((line) => sandbox.run(...line.split(" "))));
    // What is asked before the project is known is told so: nothing else may go wrong.
    const odd = early.filter(({ code, stderr }) => code !== 0 && !/Cannot find/.test(stderr));
    expect(odd).toEqual([]);
    const later = await Promise.all(lines.map((line) => sandbox.run(...line.split(" "))));
    expect(later.map(({ code, stderr }) => `${code} ${stderr.includes("error")}`)).toEqual(
      lines.map(() => "0 false"),
    );
    const statuses = await sandbox.list();
    expect(statuses.map(({ state }) => state)).toEqual(NAMES.map(() => "running"));
    const started = await sandbox.events("--type", "process.started");
    expect(started).toHaveLength(NAMES.length);
  },
  SLOW_MS,
);

test(
  "a daemon that stands still for three seconds is waited for, with a word after one, and everything is done once",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "p0", "p1");
    const { pid } = await sandbox.daemon();
    process.kill(pid, "SIGSTOP");
    const asked = ["ls", "start p2", "restart p0", "stop p1"].map((line) =>
      sandbox.run(...line.split(" ")),
    );
    await Bun.sleep(3_000); // The time itself is what is tried.
    process.kill(pid, "SIGCONT");
    for (const { code, stderr } of await Promise.all(asked)) {
      expect(stderr).toContain("waiting for the daemon to answer");
      expect(code).toBe(0);
    }
    const states = Object.fromEntries(
      (await sandbox.list()).map(({ process, state, restarts }) => [
        process,
        `${state} ${restarts}`,
      ]),
    );
    expect(states).toMatchObject({ p0: "running 0", p1: "stopped 0", p2: "running 0" });
    const started = await sandbox.events("--type", "process.started");
    expect(started.map((it) => String(it.process)).toSorted()).toEqual(["p0", "p0", "p1", "p2"]);
  },
  SLOW_MS,
);

test(
  "a daemon that stands still for longer is given up after five seconds, with its pid and what to do, and nothing is done later",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "p0");
    const { pid } = await sandbox.daemon();
    process.kill(pid, "SIGSTOP");
    const hint = `See ${join(sandbox.home, "daemon.log")}; when it is stuck, end it with 'kill -9 ${pid}': it is started again, and what runs goes on.`;
    try {
      const lines = [
        "ls",
        "start p1",
        "stop p0",
        "wait p0",
        "up",
        "exec --json -- true",
        "events",
        "daemon status",
        "daemon stop",
        "daemon restart",
      ];
      const asked = lines.map(async (line) => {
        const began = performance.now();
        const { code, stderr } = await sandbox.run(...line.split(" "), "--json");
        const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
        const seconds = (performance.now() - began) / 1_000;
        return { line, code, error, isPatient: seconds >= 5, isQuick: seconds < 9 };
      });
      expect(await Promise.all(asked)).toEqual(
        lines.map((line) => ({
          line,
          code: 4,
          error: {
            code: "DAEMON_UNREACHABLE",
            message: `Cannot reach the daemon of ${sandbox.home}: it does not answer`,
            hint,
            details: {},
          },
          isPatient: true,
          isQuick: true,
        })),
      );
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect((await sandbox.daemon()).pid).toBe(pid);
    expect((await sandbox.status("p0")).state).toBe("running");
    expect(await sandbox.events("--type", "process.started")).toHaveLength(1);
  },
  SLOW_MS,
);
