/** Taking over processes that run already: by command, and by definitions that say so. */

import { existsSync, utimesSync } from "node:fs";
import { expect, test } from "bun:test";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

/** Says where and with what it runs, listens on the port in `AT`, and tells it in a file. */
const SERVER =
  "const { port } = Bun.serve({ hostname: '127.0.0.1', port: process.env.AT ?? 0, fetch: () => new Response(process.cwd() + ' ' + process.env.COLOUR) }); console.log('up'); await Bun.write('port', String(port))";

const PROJECT = { name: "shop", processes: { other: "sleep 1000" } };

const WAIT_MS = 60_000;

test(
  "a process is adopted by its pid, goes on, and is started anew as it was",
  async () => {
    await using sandbox = new Sandbox(PROJECT);
    await using server = await start(sandbox, { COLOUR: "blue" });
    const [result] = JSON.parse(
      await sandbox.ok("adopt", String(server.pid), "--name", "web", "--json"),
    );
    const about = { ok: true, changed: true, pid: server.pid, state: "running" };
    expect(result).toMatchObject({ id: "shop/web.1", action: "adopt", ...about });
    const status = await sandbox.status("web");
    expect(status).toMatchObject({ pid: server.pid, adopted: true, logs: { captured: false } });
    const [event] = await sandbox.events("--type", "process.adopted");
    expect(event?.data).toMatchObject({ pid: server.pid, stranger: true });

    await sandbox.killDaemon();
    await sandbox.until("web", ({ pid, state }) => pid === server.pid && state === "running");
    expect(isAlive(server.pid)).toBe(true);

    await sandbox.ok("restart", "web");
    const again = await sandbox.status("web");
    expect(isAlive(server.pid)).toBe(false);
    expect(again).toMatchObject({ state: "running", adopted: false, logs: { captured: true } });
    expect(again.cwd).toBe(sandbox.directory);
    const env = await sandbox.environment("web");
    expect(env["COLOUR"]).toBe("blue");
    await sandbox.ok("stop", "web");
    expect(isAlive(again.pid ?? 0)).toBe(false);
  },
  WAIT_MS,
);

test(
  "one that is adopted and crashes is started anew",
  async () => {
    await using sandbox = new Sandbox(PROJECT);
    await using server = await start(sandbox);
    await sandbox.ok("adopt", `:${server.port}`, "--name", "web");
    kill(server.pid);
    const { pid } = await sandbox.until("web", (it) => it.state === "running" && it.restarts === 1);
    expect(pid).not.toBe(server.pid);
  },
  WAIT_MS,
);

test(
  "adopted by port it becomes the configured process of that name, and its probes count",
  async () => {
    await using sandbox = new Sandbox(null);
    await using server = await start(sandbox);
    const web = { command: ["bun", "-e", SERVER], port: server.port, ready: { tcp: "${PORT}" } };
    sandbox.configure({ name: "shop", processes: { web, other: "sleep 1000" } });
    await sandbox.ok("adopt", `:${server.port}`, "--name", "web");
    await sandbox.until("web", ({ pid, ready }) => pid === server.pid && ready);
    expect((await sandbox.status("other")).state).toBe("stopped");
    const up = await sandbox.ok("up", "-d", "--wait", "--json");
    expect(up).not.toContain("failed");
    expect((await sandbox.status("web")).pid).toBe(server.pid);
    await sandbox.ok("down");
    expect(isAlive(server.pid)).toBe(false);
  },
  WAIT_MS,
);

test(
  "lines that nobody sees are not waited for",
  async () => {
    await using sandbox = new Sandbox(null);
    await using server = await start(sandbox);
    const log = { log: "^up$", within: "30s" };
    const both = [log, { tcp: String(server.port) }];
    const web = { command: ["bun", "-e", SERVER], ready: both, health: { log: "panic" } };
    sandbox.configure({ name: "shop", processes: { web } });
    await sandbox.ok("adopt", String(server.pid), "--name", "web");
    await sandbox.until("web", ({ pid, health }) => pid === server.pid && health === "healthy");
    sandbox.configure({ name: "shop", processes: { web: { ...web, ready: log } } });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("restart", "web", "--wait");
    expect((await sandbox.status("web")).pid).not.toBe(server.pid);
  },
  WAIT_MS,
);

test(
  "a pid file and a part of the command line name a process, too",
  async () => {
    await using sandbox = new Sandbox(null);
    for (const by of ["file", "command"]) {
      await using server = await start(sandbox, { COLOUR: by }, `mark-${by}`);
      sandbox.write("web.pid", `${server.pid}\n`);
      const word = by === "file" ? "web.pid" : "mark-command";
      await sandbox.ok("adopt", word, "--name", by);
      expect((await sandbox.list("--all")).find((it) => it.process === by)?.pid).toBe(server.pid);
      await sandbox.ok("kill", by);
      expect(isAlive(server.pid)).toBe(false);
    }
  },
  WAIT_MS,
);

test(
  "a pid file that is older than the process of that pid names nobody",
  async () => {
    await using sandbox = new Sandbox(null);
    const file = sandbox.write("web.pid", "");
    await using server = await start(sandbox);
    await Bun.write(file, `${server.pid}\n`);
    const agoSeconds = Date.now() / 1_000 - 3_600;
    utimesSync(file, agoSeconds, agoSeconds);
    expect((await sandbox.run("adopt", "web.pid", "--name", "web")).code).toBe(3);
  },
  WAIT_MS,
);

test(
  "what is managed, is gone, is procman's own, or would take a name is refused",
  async () => {
    await using sandbox = new Sandbox({ name: "shop", processes: { web: "sleep 1000" } });
    await sandbox.ok("up", "-d", "--wait");
    await using server = await start(sandbox);
    const { pid } = await sandbox.status("web");
    const daemon = await sandbox.daemon();
    for (const [word, name, code, says] of [
      [String(pid), "other", 1, "procman stop shop/web.1"],
      [String(server.pid), "web", 1, "shop/web.1 runs already"],
      [String(daemon.pid), "other", 1, "daemon stop"],
      [String(2 ** 22 + 1), "other", 3, "discover"],
      [String(server.pid), "all", 2, "reserved"],
      ["1 2 of nothing", "other", 3, "Cannot find a process"],
    ] as const) {
      const ran = await sandbox.run("adopt", word, "--name", name);
      expect([word, ran.code]).toEqual([word, code]);
      expect(ran.stderr).toContain(says);
    }
    expect((await sandbox.status("web")).pid).toBe(pid);
  },
  WAIT_MS,
);

test.skipIf(process.getuid?.() !== 0 || Bun.which("setpriv") === null)(
  "what another user started is not taken over, not even by root",
  async () => {
    const argv = ["setpriv", "--reuid=65534", "--clear-groups", "sleep", "1000"];
    const child = Bun.spawn(argv, { cwd: "/" });
    await using sandbox = new Sandbox(null);
    try {
      await eventually("it to be another's", async () => {
        const value = await Bun.file(`/proc/${child.pid}/cmdline`).text();
        return { value, done: value.startsWith("sleep") };
      });
      const { code, stderr } = await sandbox.run("adopt", String(child.pid), "--name", "web");
      expect(code).toBe(1);
      expect(stderr).toContain("not yours");
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
  },
  WAIT_MS,
);

test.each(["pid file", "port", "command"])(
  "adopt: match takes over at a start what runs already, found by its %s",
  async (by) => {
    await using sandbox = new Sandbox(null);
    await using server = await start(sandbox);
    const web = {
      "pid file": { command: ["bun", "-e", "'never'"], pidFile: "run/web.pid" },
      port: { command: ["bun", "-e", "'never'"], port: server.port },
      command: { command: [process.execPath, "-e", SERVER] },
    }[by];
    if (by === "pid file") {
      await Bun.write(`${sandbox.directory}/run/web.pid`, `${server.pid}\n`);
    }
    sandbox.configure({ processes: { web: { ...web, adopt: "match" } } });
    await sandbox.ok("up", "-d", "--wait");
    expect(await sandbox.status("web")).toMatchObject({ pid: server.pid, adopted: true });
    await sandbox.ok("stop", "web");
    expect(isAlive(server.pid)).toBe(false);
  },
  WAIT_MS,
);

test(
  "adopt: match starts a process when none runs, and never takes another's",
  async () => {
    const web = { command: "sleep 1000", adopt: "match", instances: 2 };
    await using sandbox = new Sandbox({ processes: { web, twin: { ...web, instances: 1 } } });
    await sandbox.ok("up", "-d", "--wait");
    const all = await sandbox.list();
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(3);
    expect(all.map(({ adopted }) => adopted)).toEqual([false, false, false]);
  },
  WAIT_MS,
);

test(
  "a pid file is there while a process runs, one for each instance",
  async () => {
    const web = { command: "sleep 1000", instances: 2, pidFile: "run/web.pid" };
    await using sandbox = new Sandbox({ processes: { web } });
    await sandbox.ok("up", "-d", "--wait");
    const before = await sandbox.pids();
    expect(sandbox.read("run/web.pid")).toBe(`${before["web.1"]}\n`);
    expect(sandbox.read("run/web.pid.2")).toBe(`${before["web.2"]}\n`);
    kill(before["web.1"] ?? 0);
    const { pid } = await sandbox.until("web.1", (it) => it.restarts === 1 && it.pid !== null);
    expect(sandbox.read("run/web.pid")).toBe(`${pid}\n`);
    await sandbox.ok("down");
    expect(existsSync(`${sandbox.directory}/run/web.pid`)).toBe(false);
    expect(existsSync(`${sandbox.directory}/run/web.pid.2`)).toBe(false);
  },
  WAIT_MS,
);

async function start({ directory }: Sandbox, more: Record<string, string> = {}, word?: string) {
  const { PROCMAN_RUN_ID: _, ...env } = process.env;
  await Bun.$`rm -f ${directory}/port`.quiet();
  const argv = [process.execPath, "-e", SERVER, ...(word === undefined ? [] : [word])];
  const child = Bun.spawn(argv, {
    cwd: directory,
    env: { ...env, ...more },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const port = await eventually("the server to listen", async () => {
    const value = await Bun.file(`${directory}/port`).text().catch(String);
    return { value, done: /^\d+$/.test(value) };
  });
  return {
    pid: child.pid,
    port: Number(port),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
