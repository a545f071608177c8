/** Recovery, with real processes: who is restarted with what fails, who takes over, what goes on without, and ports that
 *  something old still holds. */

import { expect, test } from "bun:test";
import type { HealthSurvey } from "../../src/protocol/health.ts";
import { freePort } from "../free-ports.ts";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;

const sleeper = { command: ["sleep", "1000"], restart: { backoff: { initial: "30ms" } } };

/** Three in a row, of which the second is killed from outside; the pids before and after. */
async function afterDeathOf(sandbox: Sandbox, name: string) {
  await sandbox.ok("up", "-d", "--wait");
  const before = await sandbox.pids();
  process.kill(before[`${name}.1`] ?? 0, "SIGKILL");
  const after = await eventually("all to run again", async () => {
    const all = await sandbox.list();
    const pids = Object.fromEntries(all.map((it) => [it.name, it.pid]));
    const isNew = pids[`${name}.1`] !== before[`${name}.1`];
    return { value: pids, done: isNew && all.every(({ state }) => state === "running") };
  });
  return { before, after };
}

const chain = (strategy: string) => ({
  groups: { pipeline: { members: ["reader", "parser", "writer"], strategy } },
  processes: { reader: sleeper, parser: sleeper, writer: sleeper, other: sleeper },
});

test.each([
  ["one-for-one", ["parser.1"]],
  ["rest-for-one", ["parser.1", "writer.1"]],
  ["one-for-all", ["parser.1", "reader.1", "writer.1"]],
])(
  "%s: what fails takes those with it that the strategy names",
  async (strategy, restarted) => {
    await using sandbox = new Sandbox(chain(strategy));
    const { before, after } = await afterDeathOf(sandbox, "parser");
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.toSorted()).toEqual(restarted);
    const events = await sandbox.events("--type", "process.restarting");
    expect(events.map(({ process }) => `${process}.1`).toSorted()).toEqual(
      restarted.filter((name) => name !== "parser.1"),
    );
    for (const { data } of events) {
      expect(data).toMatchObject({ group: "pipeline", with: expect.stringContaining("/parser.1") });
    }
  },
  SLOW_MS,
);

test(
  "nothing of a group starts before all that has to go is gone, and says what it waits for",
  async () => {
    const stubborn = {
      command: ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"],
      ready: { log: "deaf" },
      stop: { timeout: "60s" },
    };
    await using sandbox = new Sandbox({
      groups: { both: { members: ["a", "b"], strategy: "one-for-all" } },
      processes: { a: sleeper, b: stubborn },
    });
    await sandbox.ok("up", "-d", "--wait");
    const { a, b } = { a: await sandbox.status("a"), b: await sandbox.status("b") };
    process.kill(a.pid ?? 0, "SIGKILL");
    const waiting = await sandbox.until("a", ({ state }) => state === "pending");
    expect(waiting.reason).toBe("waits for its group both: b.1 is stopping");
    expect(await sandbox.ok("why", "a")).toContain("groups.both.strategy: one-for-all");
    process.kill(b.pid ?? 0, "SIGKILL");
    await sandbox.until("a", ({ state }) => state === "running");
    await sandbox.until("b", ({ state, pid }) => state === "running" && pid !== b.pid);
  },
  SLOW_MS,
);

test(
  "a fallback takes over from what has failed for good, and goes when that runs again",
  async () => {
    await using sandbox = new Sandbox({
      name: "shop",
      processes: {
        api: {
          command: ["sh", "-c", "test -e well && exec sleep 1000; exit 3"],
          restart: { max: 1, backoff: { initial: "20ms" } },
          fallback: "static",
        },
        static: sleeper,
      },
    });
    await sandbox.ok("up", "-d");
    const standIn = await sandbox.until("static", ({ state }) => state === "running");
    expect(standIn.degraded).toBe("stands in for api");
    expect((await sandbox.status("api")).state).toBe("failed");
    expect(await sandbox.ok("ls")).toEndWith("degraded: static stands in for api\n");

    sandbox.write("well", "");
    await sandbox.ok("start", "api");
    const idle = await sandbox.until("static", ({ state }) => state === "stopped");
    expect(idle.degraded).toBeNull();
    expect(idle.reason).toBe("it stood in for api, and is not needed any more");
    expect(await sandbox.ok("why", "static")).toContain("it stood in for api");
    expect((await sandbox.status("api")).state).toBe("running");
    expect(isAlive(standIn.pid ?? 0)).toBe(false);
  },
  SLOW_MS,
);

test(
  "what could be done without is gone without, and that is said",
  async () => {
    await using sandbox = new Sandbox({
      name: "shop",
      processes: {
        cache: { command: ["sh", "-c", "exit 4"], restart: "no" },
        web: { ...sleeper, dependsOn: { cache: { required: false } } },
      },
    });
    await sandbox.ok("up", "-d");
    await sandbox.until("cache", ({ state }) => state === "failed");
    const web = await sandbox.until("web", ({ state }) => state === "running");
    expect(web).toMatchObject({ degraded: "goes on without cache (failed)", reason: null });
    expect(await sandbox.ok("ls")).toEndWith("degraded: web goes on without cache (failed)\n");
    const survey = JSON.parse((await sandbox.run("health", "--json")).stdout) as HealthSurvey;
    expect(survey).toMatchObject({
      healthy: false,
      degraded: [{ id: "shop/web.1", reason: "goes on without cache (failed)" }],
    });
    const github = (await sandbox.run("health", "--format", "github")).stdout;
    expect(github).toContain("::warning title=shop/web.1 is degraded::goes on without cache");
    await sandbox.ok("stop", "cache");
    expect((await sandbox.status("web")).degraded).toBeNull();
  },
  SLOW_MS,
);

/** Listens on PORT, as one that outlived its run does: with the environment of that. */
async function listenerWith(env: Record<string, string>, port: number) {
  const child = Bun.spawn(
    [
      process.execPath,
      "-e",
      "Bun.serve({ port: Number(process.env.P), fetch: () => new Response('old') }); console.log('on');",
    ],
    {
      env: { PATH: process.env["PATH"] ?? "", P: String(port), ...env },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const reader = child.stdout.getReader();
  await reader.read();
  return child;
}

const server = (port: number) => ({
  command: ["bun", "-e", "Bun.serve({ port: process.env.PORT, fetch: () => new Response('new') })"],
  port,
  ready: { tcp: "${PORT}" },
  restart: "no",
});

test(
  "F67: a port that is held by what is left of a run of ours is cleared before the start",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox({ processes: { web: server(port), other: sleeper } });
    await sandbox.ok("up", "-d", "other");
    const { runId } = await sandbox.status("other");
    const [home] = (runId ?? "").split("-");
    const left = await listenerWith({ PROCMAN_RUN_ID: `${home}-zzzz` }, port);
    await sandbox.ok("start", "web", "--wait");
    await left.exited;
    expect(left.signalCode).toBe("SIGTERM");
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("new");
    const [killed] = await sandbox.events("--type", "orphan.killed");
    expect(killed).toMatchObject({ process: "web", data: { pid: left.pid, port } });
    expect(await sandbox.status("other")).toMatchObject({ state: "running", runId });
  },
  SLOW_MS,
);

test(
  "a port that is held by somebody else, or by a run that is not over, is an error that names it",
  async () => {
    const port = freePort();
    await using sandbox = new Sandbox({ processes: { web: server(port), other: sleeper } });
    await sandbox.ok("up", "-d", "other");
    const { runId } = await sandbox.status("other");
    for (const strange of [{}, { PROCMAN_RUN_ID: "another-1" }, { PROCMAN_RUN_ID: runId ?? "" }]) {
      const holder = await listenerWith(strange, port);
      const { code, stderr } = await sandbox.run("start", "web", "--wait");
      expect(code).toBe(1);
      expect(stderr).toContain(`port ${port} is taken by `);
      expect(stderr).toContain(`(pid ${holder.pid})`);
      expect(holder.exitCode).toBeNull();
      holder.kill("SIGKILL");
      await holder.exited;
    }
  },
  SLOW_MS,
);
