/** Instances of Bun programs that share a port by the kernel. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "bun:test";
import { freePort } from "../free-ports.ts";
import { ask, askSlowly, QUICK, SERVER, shop } from "./balanced.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const TIMEOUT_MS = 60_000;

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

test(
  "the example of docs/balancing.md",
  async () => {
    const page = readFileSync(resolve(import.meta.dir, "../../docs/balancing.md"), "utf8");
    const port = freePort();
    const [config = "", program = ""] = ["yaml procman.yaml", "ts"].map(
      (kind) => new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1],
    );
    await using sandbox = new Sandbox(null);
    sandbox.write("procman.yaml", config.replace("3000", String(port)));
    sandbox.write("server.ts", program);
    await sandbox.ok("up", "-d", "--wait");
    const seen = new Set<string>();
    await eventually("each of them to answer", async () => {
      const headers = { connection: "close" };
      seen.add(await fetch(`http://localhost:${port}`, { headers }).then((it) => it.text()));
      return { value: [...seen], done: seen.size === 4 };
    });
    expect([...seen].toSorted()).toEqual([1, 2, 3, 4].map((nth) => `instance ${nth}\n`));
  },
  TIMEOUT_MS,
);
