/** Processes that procman does not manage: who listens on a port, what runs beside, what is left of runs. */

import { expect, test } from "bun:test";
import type { Stranger } from "../../src/protocol/strangers.ts";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;

/** Listens on a port that it tells; with an argument it does not heed SIGTERM. */
const SERVER =
  "process.argv[1] && process.on('SIGTERM', () => {}); console.log(Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('hi') }).port)";

const ESCAPED = "setsid sh -c 'echo $$ > left; exec sleep 1000' & wait";

test(
  "port tells who listens, without a daemon too, and 1 when nobody does",
  async () => {
    await using sandbox = new Sandbox(null);
    await using server = await start(sandbox);
    const [found] = await port(sandbox, server.port);
    expect(found).toMatchObject({ pid: server.pid, ports: [server.port], id: null, endedBy: null });
    expect(found?.cwd).toBe(sandbox.directory);
    expect(found?.command).toContain("Bun.serve");
    expect(Date.parse(found?.since ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect((await sandbox.run("daemon", "status")).code).toBe(4);
    expect(await sandbox.ok("port", `:${server.port}`)).toContain(String(server.pid));
    await server[Symbol.asyncDispose]();
    const { code, stdout } = await sandbox.run("port", String(server.port), "--json");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "[]\n" });
  },
  WAIT_MS,
);

test(
  "port --kill asks first and kills what does not listen",
  async () => {
    await using sandbox = new Sandbox(null);
    for (const [args, endedBy] of [
      [[], "SIGTERM"],
      [["stubborn"], "SIGKILL"],
    ] as const) {
      await using server = await start(sandbox, ...args);
      const found = await port(sandbox, server.port, "--kill");
      expect(found).toMatchObject([{ pid: server.pid, endedBy }]);
      expect(isAlive(server.pid)).toBe(false);
    }
  },
  WAIT_MS,
);

test(
  "port names the process that procman manages there, and does not kill it",
  async () => {
    const command = ["bun", "-e", SERVER.replace("port: 0", "port: process.env.PORT")];
    await using sandbox = new Sandbox({
      name: "shop",
      processes: { web: { command, port: "auto", ready: { tcp: "${PORT}" } } },
    });
    await sandbox.ok("up", "-d", "--wait");
    const { pid, ports } = await sandbox.status("web");
    const number = ports[0] ?? 0;
    expect(await port(sandbox, number)).toMatchObject([{ pid, id: "shop/web.1" }]);
    const { code, stderr } = await sandbox.run("port", String(number), "--kill");
    expect(code).toBe(1);
    expect(stderr).toContain("procman stop shop/web.1");
    expect(isAlive(pid ?? 0)).toBe(true);
  },
  WAIT_MS,
);

test.each(["init", "0x", "70000", ""])(
  "port %p is a fault in the usage",
  async (word) => {
    await using sandbox = new Sandbox(null);
    expect((await sandbox.run("port", word)).code).toBe(2);
  },
  WAIT_MS,
);

test(
  "what a lost registry leaves behind is found, told of, and ended; nothing else is",
  async () => {
    await using sandbox = new Sandbox({
      processes: { lost: { command: ["sh", "-c", ESCAPED], restart: "no" }, kept: "sleep 1000" },
    });
    await sandbox.ok("up", "-d", "--wait");
    expect(JSON.parse(await sandbox.ok("orphans", "--json"))).toEqual([]);
    const left = Number(
      await eventually("it to escape", async () => {
        const value = await Bun.file(`${sandbox.directory}/left`).text().catch(String);
        return { value, done: /^\d+\n$/.test(value) };
      }),
    );
    const before = await sandbox.pids();
    await sandbox.ok("daemon", "stop", "--leave-running");
    await Bun.$`rm -f ${sandbox.home}/registry.db ${sandbox.home}/registry.db-wal ${sandbox.home}/registry.db-shm`.quiet();
    sandbox.configure({ processes: { kept: "sleep 1000" } });
    await sandbox.ok("up", "-d");
    const { pid: kept } = await sandbox.status("kept");

    const found = JSON.parse(await sandbox.ok("orphans", "--json")) as Stranger[];
    const pids = found.map(({ pid }) => pid);
    expect(pids).toContain(left);
    expect(pids).toContain(before["lost.1"] ?? 0);
    expect(pids).toContain(before["kept.1"] ?? 0);
    expect(pids).not.toContain(kept ?? 0);
    expect(found.find(({ pid }) => pid === left)?.process).toBe("lost");
    expect((await sandbox.run("orphans", "--kill", String(kept))).code).toBe(3);

    await sandbox.ok("orphans", "--kill");
    expect(JSON.parse(await sandbox.ok("orphans", "--json"))).toEqual([]);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    expect(isAlive(kept ?? 0)).toBe(true);
    const events = await sandbox.events("--all");
    const told = (type: string) =>
      new Set(events.filter((it) => it.type === type).map(({ data }) => data["pid"]));
    expect(told("orphan.found")).toEqual(new Set(pids));
    expect(told("orphan.killed")).toEqual(new Set(pids));
  },
  WAIT_MS,
);

test(
  "discover shows servers that were started by hand, and none that is managed",
  async () => {
    await using sandbox = new Sandbox({
      processes: { own: { command: ["bun", "-e", SERVER] } },
    });
    await using server = await start(sandbox);
    const before = await discover(sandbox);
    expect(before.find(({ pid }) => pid === server.pid)?.ports).toEqual([server.port]);
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await sandbox.status("own");
    const found = await discover(sandbox);
    const pids = found.map((it) => it.pid);
    expect(pids).toContain(server.pid);
    expect(pids).not.toContain(pid ?? 0);
    expect(found.filter(({ command }) => command.includes("discover"))).toEqual([]);
    expect((await sandbox.run("discover")).stderr).toContain("procman adopt");
  },
  WAIT_MS,
);

async function start({ directory }: Sandbox, ...args: string[]) {
  const { PROCMAN_RUN_ID: _, ...env } = process.env;
  const child = Bun.spawn([process.execPath, "-e", SERVER, ...args], {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return {
    pid: child.pid,
    port: Number(new TextDecoder().decode(value)),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function port(sandbox: Sandbox, number: number, ...flags: string[]): Promise<Stranger[]> {
  return JSON.parse(await sandbox.ok("port", String(number), "--json", ...flags)) as Stranger[];
}

async function discover(sandbox: Sandbox): Promise<Stranger[]> {
  return JSON.parse(await sandbox.ok("discover", "--json")) as Stranger[];
}
