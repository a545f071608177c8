/** `reload`: a new run is ready before the old one is stopped, or the old one goes on. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";
import { freePorts } from "../free-ports.ts";

const TEXT = readFileSync(join(import.meta.dir, "../../docs/reloading.md"), "utf8");
const [, SERVER = ""] = /^```ts server\.ts\n([\s\S]*?)^```$/m.exec(TEXT) ?? [];
const [, CONFIG = ""] = /^```yaml procman\.yaml\n([\s\S]*?)^```$/m.exec(TEXT) ?? [];

const [PORT, OTHER_PORT] = freePorts();
const RELOADS = 20;
let sandbox: Sandbox;

beforeAll(async () => {
  const { processes } = Bun.YAML.parse(CONFIG) as { processes: { web: object } };
  const env = { APP_PORT: String(PORT) };
  sandbox = new Sandbox({
    name: "shop",
    processes: {
      web: { ...processes.web, env },
      pair: { command: "sleep 1000", instances: 2 },
      ported: { command: "sleep 1000", port: OTHER_PORT },
      watching: {
        command: "sleep 1000",
        watch: { paths: ["code"], debounce: "10ms", action: "reload" },
        pidFile: "watching.pid",
      },
    },
  });
  sandbox.write("server.ts", SERVER);
  sandbox.write("code", "1");
  sandbox.write("version", "v1");
  await sandbox.ok("up", "-d", "--wait");
}, 120_000);

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

interface Answers {
  ok: number;
  /** Of those that keep their connections. */
  readonly failed: string[];
  /** Of those that open one for each request. */
  readonly failedAnew: string[];
}

/** Clients at a steady rate until the work is done. */
async function withClients(work: () => Promise<void>): Promise<Answers> {
  const answers: Answers = { ok: 0, failed: [], failedAnew: [] };
  const asked: Promise<void>[] = [];
  const ask = async (keepalive: boolean): Promise<void> => {
    const fault = await faultOf(keepalive);
    if (fault === null) answers.ok += 1;
    else (keepalive ? answers.failed : answers.failedAnew).push(fault);
  };
  let isOver = false;
  const load = (async () => {
    while (!isOver) {
      asked.push(ask(true), ask(true), ask(false), ask(false));
      await Bun.sleep(10);
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await load;
    await Promise.all(asked);
  }
  return answers;
}

/** Null when it is answered. */
async function faultOf(keepalive: boolean): Promise<string | null> {
  try {
    const headers = keepalive ? {} : { connection: "close" };
    const answer = await fetch(`http://127.0.0.1:${PORT}/`, { keepalive, headers });
    const text = await answer.text();
    return answer.ok && text.startsWith("v") ? null : `${answer.status} ${text}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** What the kernel has given to a run that stops listening goes to the next one; else it is reset: docs/reloading.md. */
function keepsAccepted(): boolean {
  const path = "/proc/sys/net/ipv4/tcp_migrate_req";
  return existsSync(path) && readFileSync(path, "utf8").trim() === "1";
}

async function version(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${PORT}/`)).text();
}

describe("a server that shares its port with its next run", () => {
  test(`F66: is reloaded ${RELOADS} times under load, and no request fails`, async () => {
    const { ok, failed, failedAnew } = await withClients(async () => {
      for (let nth = 1; nth <= RELOADS; nth += 1) {
        sandbox.write("version", `v${nth}`);
        await sandbox.ok("reload", "web");
      }
    });
    expect(failed).toEqual([]);
    expect(failedAnew.filter((it) => keepsAccepted() || it !== "ECONNRESET")).toEqual([]);
    expect(failedAnew.length).toBeLessThan(RELOADS / 2);
    expect(ok).toBeGreaterThan(RELOADS);
    expect(await version()).toBe(`v${RELOADS}`);
    expect((await sandbox.status("web")).restarts).toBe(0);
  }, 180_000);

  test("F65: goes on with the version before when the new one is broken, and says so", async () => {
    const before = await sandbox.status("web");
    sandbox.write("version", "oops");
    const answers = await withClients(async () => {
      const { code, stderr } = await sandbox.run("reload", "web");
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining("Cannot reload shop/web.1: exited with code 1"),
      ]);
      expect(stderr).toContain("What ran before goes on.");
    });
    expect(answers).toMatchObject({ failed: [], failedAnew: [] });
    expect(await version()).toBe(`v${RELOADS}`);
    expect(await sandbox.status("web")).toMatchObject({ pid: before.pid, restarts: 0 });
    expect(await sandbox.ok("why", "web")).toContain(
      "it could not be reloaded: exited with code 1",
    );
  }, 120_000);

  test("is stopped with both of its runs, whatever comes in the middle of a reload", async () => {
    sandbox.write("version", "v1");
    // It never says that it listens.
    sandbox.write("server.ts", SERVER.replace('console.log("listens")', ""));
    const reload = sandbox.spawn(["reload", "web"]);
    await twoRuns("web");
    await sandbox.killDaemon();
    await eventually("the next daemon to be there", async () => {
      const { code } = await sandbox.run("ls");
      return { value: code, done: code === 0 };
    });
    expect(await runsOf("web")).toHaveLength(2);
    await sandbox.ok("stop", "web");
    expect(await runsOf("web")).toHaveLength(0);
    expect(await reload.exited).not.toBe(0);
    sandbox.write("server.ts", SERVER);
    await sandbox.ok("start", "web", "--wait");
    expect(await runsOf("web")).toHaveLength(1);
  }, 120_000);
});

/** Pids of servers that this sandbox runs. */
async function runsOf(name: string): Promise<number[]> {
  const found = await Promise.all(
    sandbox.processes().map(async (pid) => {
      const env = await Bun.file(`/proc/${pid}/environ`)
        .text()
        .catch(() => "");
      return env.includes(`PROCMAN_PROCESS=${name}\0`) ? pid : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}

async function twoRuns(name: string): Promise<void> {
  await eventually("two runs to be there", async () => {
    const value = await runsOf(name);
    return { value, done: value.length === 2 };
  });
}

test("instances are replaced one after the other, and what is asked for twice is done", async () => {
  const before = await sandbox.pids();
  const results = JSON.parse(await sandbox.ok("reload", "pair", "--json")) as object[];
  const after = await sandbox.pids();
  expect(results).toMatchObject([
    { id: "shop/pair.1", action: "reload", ok: true, changed: true, pid: after["pair.1"] },
    { id: "shop/pair.2", action: "reload", ok: true, changed: true, pid: after["pair.2"] },
  ]);
  expect(Object.values(after)).not.toContain(before["pair.1"] ?? 0);
  const moments = (await sandbox.events("--type", "process.*", "pair"))
    .filter(({ data }) => data["beside"] !== undefined)
    .map(({ type, instance, data }) => `${type} ${instance} ${String(data["beside"])}`);
  expect(moments.filter((it) => it.includes("exited"))).toEqual([
    "process.exited 1 former",
    "process.exited 2 former",
  ]);
  expect(moments.indexOf("process.exited 1 former")).toBeLessThan(
    moments.indexOf("process.started 2 successor"),
  );
}, 60_000);

test("what cannot be there twice is refused by name, and what does not run is started", async () => {
  const before = await sandbox.status("ported");
  const { code, stderr } = await sandbox.run("reload", "ported");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(
      `Cannot reload shop/ported.1: two runs of it cannot listen on port ${OTHER_PORT} at once`,
    ),
  ]);
  expect((await sandbox.status("ported")).pid).toBe(before.pid);
  await sandbox.ok("stop", "ported");
  expect(await sandbox.ok("reload", "ported")).toBe("");
  expect((await sandbox.status("ported")).state).toBe("running");
}, 60_000);

test("a change of files reloads where that is asked, and the pid file follows", async () => {
  const before = await sandbox.status("watching");
  expect(sandbox.read("watching.pid").trim()).toBe(String(before.pid));
  sandbox.write("code", "2");
  const after = await sandbox.until("watching", ({ pid }) => pid !== before.pid && pid !== null);
  await eventually("the old run to be gone", async () => {
    const value = await runsOf("watching");
    return { value, done: value.length === 1 };
  });
  expect(sandbox.read("watching.pid").trim()).toBe(String(after.pid));
  const told = await sandbox.events("--type", "process.reloading", "watching");
  expect(told.at(-1)?.data).toMatchObject({ cause: "watch", files: ["code"] });
}, 60_000);

test("an edit is applied by a reload where that is asked, and restarts what cannot be reloaded", async () => {
  const [pair, ported] = await Promise.all([sandbox.status("pair"), sandbox.status("ported")]);
  const config = JSON.parse(sandbox.read("procman.json")) as {
    processes: Record<string, object>;
  };
  for (const name of ["pair", "ported"]) {
    config.processes[name] = { ...config.processes[name], env: { NEW: "1" } };
  }
  sandbox.configure(config);
  expect((await sandbox.run("apply", "--reload")).stderr).toContain(
    "shop/pair.1 reloaded (env changed,",
  );
  const events = await sandbox.events("--type", "process.*");
  const after = events.slice(events.findLastIndex(({ type }) => type === "process.reloading"));
  expect(after.filter(({ type }) => type === "process.reloaded")).toHaveLength(2);
  expect((await sandbox.environment("pair"))["NEW"]).toBe("1");
  expect((await sandbox.environment("ported"))["NEW"]).toBe("1");
  expect((await sandbox.status("pair")).pid).not.toBe(pair.pid);
  expect((await sandbox.status("ported")).pid).not.toBe(ported.pid);
  config.processes["pair"] = { ...config.processes["pair"], command: "false" };
  sandbox.configure(config);
  const { code, stderr } = await sandbox.run("apply", "--reload");
  expect([code, stderr]).toEqual([1, expect.stringContaining("Cannot reload shop/pair.1")]);
  expect((await sandbox.status("pair")).state).toBe("running");
}, 60_000);
