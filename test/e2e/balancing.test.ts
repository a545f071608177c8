/** Instances that share a port by the balancer. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

const TIMEOUT_MS = 60_000;

/** Answers with its instance and its pid; `/slow` when it is let go. It does nothing about SIGTERM, and nobody can tell that
 *  it is a program of Bun's. */
const SERVER = [
  "env",
  "bun",
  "-e",
  `const me = process.env.PROCMAN_INSTANCE + " " + process.pid;
   Bun.serve({ port: process.env.PORT, async fetch({ url }) {
     if (url.endsWith("/slow")) {
       await Bun.write("asked", "");
       while (!(await Bun.file("go").exists())) await Bun.sleep(5);
     }
     return new Response(me);
   } })`,
];

const freePort = (): number => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  listener.stop(true);
  return listener.port;
};

const QUICK = { max: 2, backoff: { initial: "20ms", factor: 1, jitter: 0 } };

function shop(port: number, more: object = {}) {
  return {
    name: "shop",
    processes: {
      api: { command: SERVER, port, instances: 3, ready: { tcp: "${PORT}" }, ...more },
    },
  };
}

/** On a connection of its own. */
async function ask(port: number, path = "/"): Promise<{ instance: string; pid: number }> {
  const headers = { connection: "close" };
  const text = await fetch(`http://localhost:${port}${path}`, { headers }).then((it) => it.text());
  const [instance = "", pid = ""] = text.split(" ");
  return { instance, pid: Number(pid) };
}

/** One request that is under way for as long as it is not let go. */
async function askSlowly(sandbox: Sandbox, port: number) {
  const asked = ask(port, "/slow");
  await eventually("it to be under way", async () => {
    const value = await Bun.file(join(sandbox.directory, "asked")).exists();
    return { value, done: value };
  });
  return {
    async answer() {
      sandbox.write("go", "");
      return asked;
    },
  };
}

/** Asks over and over, from several at once, until it is told to end: how many answers, and what went wrong. */
function load(port: number) {
  let isOver = false;
  const wrong: unknown[] = [];
  let answers = 0;
  const one = async (): Promise<void> => {
    while (!isOver) {
      await ask(port).then(
        () => (answers += 1),
        (error: unknown) => wrong.push(error),
      );
    }
  };
  const all = Promise.all([one(), one(), one(), one()]);
  return {
    answers: () => answers,
    async end() {
      isOver = true;
      await all;
      return wrong;
    },
  };
}

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

const onLinux = test.skipIf(process.platform !== "linux");
const BUN_SERVER = SERVER.slice(1);

onLinux(
  "a Bun program shares its port by the kernel, and each instance is probed by itself",
  async () => {
    const port = freePort();
    const ready = { http: "http://127.0.0.1:${PORT}/" };
    await using sandbox = new Sandbox(shop(port, { command: BUN_SERVER, ready, health: ready }));
    await sandbox.ok("up", "-d", "--wait");
    const { sharing } = JSON.parse(await sandbox.ok("inspect", "api.2", "--json"));
    expect(sharing).toMatchObject({ mode: "reuseport", port, isDefault: true });
    const seen = new Set<string>();
    await eventually("all of them to be asked", async () => {
      seen.add((await ask(port)).instance);
      return { value: [...seen], done: seen.size === 3 };
    });
    const ports = (await sandbox.list()).map((it) => it.ports);
    expect(ports.map(([shared]) => shared)).toEqual([port, port, port]);
    for (const [nth, [, own = 0]] of ports.entries()) {
      expect((await ask(own)).instance).toBe(String(nth + 1));
    }
    // Nothing stands between: nobody has to be there.
    const before = await sandbox.pids();
    await sandbox.killDaemon();
    expect(Object.values(before)).toContain((await ask(port)).pid);
    await sandbox.ok("up", "-d", "--wait");
    expect(await sandbox.pids()).toEqual(before);

    const slow = await askSlowly(sandbox, port);
    const stopped = sandbox.ok("stop", "all", "--timeout", "50s");
    await eventually("one to wait for it alone", async () => {
      const states = (await sandbox.list()).map(({ state }) => state);
      return { value: states, done: states.filter((it) => it === "stopped").length === 2 };
    });
    expect((await slow.answer()).pid).toBeGreaterThan(0);
    await stopped;
  },
  TIMEOUT_MS,
);

onLinux(
  "F67: a port that is to be shared by the kernel and that a stranger has is told by the stranger's name",
  async () => {
    using stranger = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hi") });
    const { port = 0 } = stranger;
    const config = shop(port, { command: BUN_SERVER, balance: "reuseport", restart: QUICK });
    await using sandbox = new Sandbox(config);
    const { code, stderr } = await sandbox.run("up", "-d", "--wait");
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} is taken by`);
    expect(stderr).toContain(`(pid ${process.pid})`);
  },
  TIMEOUT_MS,
);
