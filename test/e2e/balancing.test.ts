/** Instances that share a port by the balancer. */

import { expect, test } from "bun:test";
import { freePort } from "../free-ports.ts";
import { ask, askSlowly, load, QUICK, shop } from "./balanced.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const TIMEOUT_MS = 60_000;

test(
  "F66: instances share a port, and nobody who asks notices when they are restarted, scaled or killed",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox(shop(port));
    await sandbox.ok("up", "-d", "--wait");
    await eventually("all of them to take turns", async () => {
      const asked = await Promise.all(Array.from({ length: 9 }, () => ask(port)));
      const value = asked.map(({ instance }) => instance).toSorted();
      return { value, done: value.join("") === "111222333" };
    });
    const ports = (await sandbox.list()).map((it) => it.ports);
    expect(ports.map(([shared]) => shared)).toEqual([port, port, port]);
    expect(new Set(ports.map(([, own]) => own)).size).toBe(3);

    const callers = load(port);
    await sandbox.ok("restart", "api");
    await sandbox.ok("scale", "api=4");
    const before = await sandbox.pids();
    await sandbox.ok("restart", "api.2");
    await sandbox.ok("scale", "api=2");
    const after = await sandbox.pids();
    expect(after["api.1"]).toBe(before["api.1"]);
    expect(after["api.2"]).not.toBe(before["api.2"]);
    expect(await callers.end()).toEqual([]);
    expect(callers.answers()).toBeGreaterThan(20);

    // One that is killed takes those with it who are connected to it, and nobody who comes later.
    process.kill(after["api.1"]!, "SIGKILL");
    await sandbox.until("api.1", ({ pid, ready }) => ready && pid !== after["api.1"]);
    expect((await ask(port)).instance).toMatch(/[12]/);
  },
  TIMEOUT_MS,
);

test(
  "F01: who is connected does not notice that the daemon is killed, and the next one goes on with it",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox(shop(port, { instances: 2 }));
    await sandbox.ok("up", "-d", "--wait");
    const slow = await askSlowly(sandbox, port);
    const callers = load(port);
    await sandbox.killDaemon();
    expect((await slow.answer()).pid).toBeGreaterThan(0);
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("restart", "api");
    await sandbox.ok("daemon", "restart");
    expect(await callers.end()).toEqual([]);
    await sandbox.ok("stop", "all");
    const refused = await ask(port).then(() => "answered", String);
    expect(refused).toMatch(/refused|unable to connect/i);
  },
  TIMEOUT_MS,
);

test(
  "a balancer that is killed is started again, and goes when there is nothing to balance",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox(shop(port, { instances: 2 }));
    await sandbox.ok("up", "-d", "--wait");
    const balancer = async (): Promise<number> => {
      const [holder] = JSON.parse(await sandbox.ok("port", String(port), "--json"));
      return holder.pid;
    };
    // It is procman's own, not a stranger.
    expect(await sandbox.ok("discover", "--json")).not.toContain("balancer/main");
    expect((await sandbox.run("port", String(port), "--kill")).code).not.toBe(0);
    const pids = await sandbox.pids();
    process.kill(await balancer(), "SIGKILL");
    await eventually("somebody to answer", async () => {
      const value = await ask(port).then(({ pid }) => pid, String);
      return { value, done: Object.values(pids).includes(Number(value)) };
    });
    expect(await sandbox.pids()).toEqual(pids);
    const pid = await balancer();
    await sandbox.ok("daemon", "stop");
    await eventually("the balancer to be gone", async () => {
      const value = await Bun.file(`/proc/${pid}/cmdline`)
        .text()
        .catch(() => "");
      return { value, done: !value.includes("balancer") };
    });
  },
  TIMEOUT_MS,
);

test(
  "what is under way is finished before an instance is told to stop",
  async () => {
    const port = freePort();
    const patient = { instances: 1, balance: "proxy", stop: { timeout: "50s" } };
    await using sandbox = new Sandbox(shop(port, patient));
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await ask(port);
    const slow = await askSlowly(sandbox, port);
    const { sharing } = JSON.parse(await sandbox.ok("inspect", "api", "--json"));
    expect(sharing.connections).toBe(1);
    const stopped = sandbox.ok("stop", "all");
    await sandbox.until("api", ({ state }) => state === "stopping");
    expect((await slow.answer()).pid).toBe(pid);
    await stopped;
  },
  TIMEOUT_MS,
);

test(
  "who comes while the only instance is restarted waits for it",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox(shop(port, { instances: 1, balance: "proxy" }));
    await sandbox.ok("up", "-d", "--wait");
    const callers = load(port);
    await sandbox.ok("restart", "api");
    expect(await callers.end()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  "F67: a shared port that a stranger has is no start, and is told by the stranger's name",
  async () => {
    using stranger = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hi") });
    const { port = 0 } = stranger;
    await using sandbox = new Sandbox(shop(port, { restart: QUICK }));
    const { code, stderr } = await sandbox.run("up", "-d", "--wait");
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} is taken by`);
    expect(stderr).toContain(`(pid ${process.pid})`);
    await stranger.stop(true);
    await sandbox.ok("up", "-d", "--wait");
    expect((await ask(port)).instance).toMatch(/[123]/);
    const other = { ...shop(port, { restart: QUICK }), name: "other" };
    sandbox.write("other.json", JSON.stringify(other));
    const second = await sandbox.run("up", "-d", "--wait", "-f", "other.json");
    expect(second.stderr).toContain("the instances of shop/api share it");
  },
  TIMEOUT_MS,
);

test(
  "how a port is shared is told with why, and an edit of the way restarts nothing",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox(shop(port, { instances: 1 }));
    await sandbox.ok("up", "-d", "--wait");
    const sharing = async () => JSON.parse(await sandbox.ok("inspect", "api.1", "--json")).sharing;
    expect(await sharing()).toBeNull();
    expect((await sandbox.status("api")).ports).toEqual([port]);
    // It had the port to itself.
    await sandbox.ok("scale", "api=2");
    await sandbox.until("api.1", ({ ready }) => ready);
    expect(await sharing()).toMatchObject({ mode: "proxy", port, isDefault: true, isOpen: true });
    expect(await sandbox.ok("inspect", "api.1")).toContain(
      `port ${port} of localhost by proxy, round-robin, as several instances with a port do`,
    );
    const before = await sandbox.pids();
    await sandbox.ok("scale", "api=1");
    await sandbox.ok("up", "-d", "--wait");
    expect(await sandbox.pids()).toEqual({ "api.1": before["api.1"]! });
    sandbox.configure(
      shop(port, { instances: 1, balance: { algorithm: "random", host: "127.0.0.1" } }),
    );
    await sandbox.ok("apply");
    expect(await sandbox.pids()).toEqual({ "api.1": before["api.1"]! });
    expect(await sharing()).toMatchObject({
      algorithm: "random",
      host: "127.0.0.1",
      isDefault: false,
    });
    expect(String((await ask(port)).pid)).toBe(String(before["api.1"]));
  },
  TIMEOUT_MS,
);
