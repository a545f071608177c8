/** Ports: chosen when that is asked for, told to others, kept; and a taken one is told of by who has it. */

import { expect, test } from "bun:test";
import { freePort } from "../free-ports.ts";
import { eventually, Sandbox } from "./sandbox.ts";

/** Listens on PORT, tells it, and answers. */
const SERVER = [
  "bun",
  "-e",
  "const server = Bun.serve({ port: process.env.PORT, fetch: () => new Response(process.env.PROCMAN_INSTANCE) }); console.log('on', server.port)",
];

const QUICK = { restart: { max: 2, backoff: { initial: "20ms", factor: 1, jitter: 0 } } };

test("auto gives each a port of its own, which dependents are told of and which stays", async () => {
  const ready = { tcp: "${PORT}" };
  await using sandbox = new Sandbox({
    processes: {
      db: { command: SERVER, port: "auto", ready },
      web: { command: SERVER, port: "auto", instances: 2, balance: "none", ready },
      shared: { command: SERVER, port: "auto", instances: 2, balance: "proxy", ready },
      client: {
        command: ["sh", "-c", "echo ${db.port} $PROCMAN_PORT_WEB > told; exec sleep 1000"],
        dependsOn: ["web"],
      },
    },
  });
  await sandbox.ok("up", "-d", "--wait");
  const ports = await portsOf(sandbox);
  expect(ports["shared.2"]).toBe(ports["shared.1"]);
  expect(new Set(Object.values(ports)).size).toBe(4);
  expect(ports["web.2"]).toBe((ports["web.1"] ?? 0) + 1);
  expect(sandbox.read("told")).toBe(`${ports["db.1"]} ${ports["web.1"]}\n`);
  const answer = await fetch(`http://127.0.0.1:${ports["shared.1"]}/`).then((it) => it.text());
  expect(answer).toMatch(/[12]/);
  const before = await sandbox.pids();
  await sandbox.ok("up", "-d");
  expect(await sandbox.pids()).toEqual(before);
  await sandbox.ok("restart", "db");
  await sandbox.killDaemon();
  await sandbox.ok("up", "-d", "--wait");
  expect(await portsOf(sandbox)).toEqual(ports);
});

test("two projects never get the same port, however they come", async () => {
  await using sandbox = new Sandbox(null);
  const names = Array.from({ length: 6 }, (_, nth) => `p${nth}`);
  for (const name of names) {
    const processes = { same: { command: "sleep 1000", port: { number: 21_000, bump: 50 } } };
    sandbox.write(`${name}.json`, JSON.stringify({ name, processes }));
  }
  await Promise.all(names.map((name) => sandbox.ok("up", "-d", "-f", `${name}.json`)));
  const ports = (await sandbox.list("--all")).flatMap((it) => it.ports);
  expect(ports.length).toBe(names.length);
  expect(new Set(ports).size).toBe(names.length);
});

test("bump passes over what is taken; when all is taken, it is said by whom", async () => {
  using stranger = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = stranger;
  const config = (bump: number) => ({
    name: "shop",
    processes: { a: { command: SERVER, port: { number: port, bump }, ready: { tcp: "${PORT}" } } },
  });
  await using sandbox = new Sandbox(config(20));
  await sandbox.ok("up", "-d", "--wait");
  const [chosen = 0] = (await sandbox.status("a")).ports;
  expect(chosen).toBeGreaterThan(port);
  expect(chosen).toBeLessThanOrEqual(port + 20);

  sandbox.write("other.json", JSON.stringify({ ...config(chosen - port), name: "other" }));
  const { code, stderr } = await sandbox.run("up", "-d", "-f", "other.json", "--json");
  expect(code).toBe(1);
  const { error } = JSON.parse(stderr);
  expect(error.code).toBe("PORT_TAKEN");
  expect(error.message).toMatch(new RegExp(`${port} by bun[^ ]* `));
  expect(error.message).toContain(`(pid ${process.pid})`);
});

test("what was chosen is kept from others until it is started", async () => {
  // By its name it gets another port in each run of the test: of the last one connections may linger.
  await using sandbox = new Sandbox({
    name: `kept-${process.pid}`,
    processes: { later: { command: SERVER, port: "auto", autostart: false }, now: "sleep 1000" },
  });
  await sandbox.ok("up", "-d");
  const [port = 0] = (await sandbox.status("later")).ports;
  expect(() => Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } })).toThrow();
  await sandbox.ok("start", "later");
  await eventually("it to answer", async () => {
    const value = await fetch(`http://127.0.0.1:${port}/`).then((it) => it.text(), String);
    return { value, done: value === "1" };
  });
});

test("F67: a port that a stranger has is no start, however well the stranger answers", async () => {
  using stranger = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hi") });
  const { port = 0 } = stranger;
  const ready = { http: `http://127.0.0.1:${port}/` };
  await using sandbox = new Sandbox({
    processes: { a: { command: SERVER, port, ready, ...QUICK } },
  });
  const { code, stderr } = await sandbox.run("up", "-d", "--wait");
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port} is taken by`);
  expect(stderr).toContain(`(pid ${process.pid})`);
  const { state, reason } = await sandbox.status("a");
  expect(state).toBe("failed");
  expect(reason).toContain(`port ${port} is taken by`);

  await stranger.stop(true);
  await sandbox.ok("up", "-d", "--wait");
  expect((await sandbox.status("a")).state).toBe("running");
});

test("F67: a stranger on a port is told with pid and command, and ended by 'port --kill', after which the start succeeds", async () => {
  const port = freePort();
  await using sandbox = new Sandbox({
    processes: { a: { command: SERVER, port, ready: { tcp: port }, ...QUICK } },
  });
  const stranger = Bun.spawn([...SERVER, "a-stranger-of-many-words"], {
    cwd: sandbox.directory,
    env: { PATH: process.env["PATH"] ?? "", PORT: String(port) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await stranger.stdout.getReader().read();
    const { code, stderr } = await sandbox.run("up", "-d", "--wait");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`port ${port} is taken by bun -e .*\\(pid ${stranger.pid}\\); stop that, or set`),
    );
    const told = JSON.parse(await sandbox.ok("port", String(port), "--json")) as unknown[];
    expect(JSON.stringify(told)).toContain("a-stranger-of-many-words");
    await sandbox.ok("port", String(port), "--kill");
    expect(await stranger.exited).not.toBe(0);
    await sandbox.ok("start", "a");
    expect((await sandbox.until("a", ({ ready }) => ready)).state).toBe("running");
  } finally {
    stranger.kill("SIGKILL");
    await stranger.exited;
  }
}, 60_000);

test("F67: a port that another project's process has is told by that one's name", async () => {
  const port = freePort();
  const shop = {
    name: "shop",
    processes: { web: { command: SERVER, port, ready: { tcp: port } } },
  };
  await using sandbox = new Sandbox(shop);
  await sandbox.ok("up", "-d", "--wait");
  const { pid } = await sandbox.status("web");
  const blog = { name: "blog", processes: { web: { command: SERVER, port, ...QUICK } } };
  sandbox.write("blog.json", JSON.stringify(blog));
  const { code, stderr } = await sandbox.run("up", "-d", "-f", "blog.json");
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port} is taken by shop/web (pid ${pid})`);
});

async function portsOf(sandbox: Sandbox): Promise<Record<string, number | undefined>> {
  const statuses = await sandbox.list();
  return Object.fromEntries(
    statuses.flatMap(({ name, ports }) => (ports.length === 0 ? [] : [[name, ports[0]]])),
  );
}
