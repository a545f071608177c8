/** Health, with real processes: verdicts, what follows from them, and the commands that tell. The probed server is one of
 *  the test's own, whose answer the test chooses. */

import { expect, test } from "bun:test";
import type { HealthSurvey } from "../../src/protocol/health.ts";
import type { Inspection } from "../../src/protocol/shapes.ts";
import { freePort } from "../free-ports.ts";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";
import { wayward } from "./wayward-server.ts";

const SLOW_MS = 90_000;

const sleeper = { command: ["sleep", "1000"] };
const quick = { interval: "50ms", timeout: "5s" };

async function healthEvents(sandbox: Sandbox, name: string) {
  const events = await sandbox.events("--type", "health.*");
  return events.filter(({ process }) => process === name);
}

test(
  "what turns bad is told step by step, is restarted, and is well again",
  async () => {
    using server = wayward();
    const health = { http: server.url, ...quick };
    const restart = { backoff: { initial: "50ms" } };
    await using sandbox = new Sandbox({ processes: { web: { ...sleeper, health, restart } } });
    await sandbox.ok("up", "-d");
    await sandbox.ok("wait", "web", "--for", "healthy");
    const { pid } = await sandbox.status("web");
    server.answer(500);
    const again = await sandbox.until("web", (it) => it.pid !== pid && it.restarts > 0);
    server.answer(200);
    await sandbox.ok("wait", "web", "--for", "healthy");
    expect(again.restarts).toBeGreaterThan(0);
    const events = await sandbox.events();
    const [first] = events.filter(({ type }) => type === "process.backoff");
    expect(first?.data["reason"]).toBe(
      `was unhealthy: GET ${server.url} answered 500 (3 failures in a row)`,
    );
    const types = events.map(({ type }) => type).filter((type) => /health|exited/.test(type));
    expect(types.slice(0, 5)).toEqual([
      "health.healthy",
      "health.warning",
      "health.critical",
      "health.failed",
      "process.exited",
    ]);
    expect((await healthEvents(sandbox, "web"))[1]?.data).toMatchObject({
      from: "healthy",
      to: "warning",
      reason: `GET ${server.url} answered 500`,
      answer: `GET ${server.url} answered 500`,
      durationMs: expect.any(Number),
    });
  },
  SLOW_MS,
);

test(
  'with the policy "no" an unhealthy process is left running and says so, and may recover',
  async () => {
    using server = wayward();
    const health = [{ http: server.url, ...quick, successThreshold: 2 }];
    await using sandbox = new Sandbox({
      name: "shop",
      processes: { web: { ...sleeper, restart: "no", health }, plain: sleeper },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("wait", "all", "--for", "healthy");
    expect((await sandbox.run("health")).code).toBe(0);
    const { pid, since: runsSince } = await sandbox.status("web");
    server.answer(503);
    const status = await sandbox.until("web", (it) => it.health === "unhealthy");
    expect(status).toMatchObject({ state: "running", ready: true, pid });
    expect(status.reason).toBe(
      `unhealthy: GET ${server.url} answered 503 (3 failures in a row); left running, as its restart policy is "no"`,
    );
    const told = await sandbox.run("health", "--json");
    expect(told.code).toBe(1);
    const survey = JSON.parse(told.stdout) as HealthSurvey;
    // Of the verdict, which is younger than the state.
    expect(Date.parse(survey.processes[0]?.since ?? "")).toBeGreaterThan(Date.parse(runsSince));
    expect(survey).toMatchObject({
      healthy: false,
      processes: [
        { id: "shop/web.1", state: "running", health: "unhealthy", ready: true, ok: false },
        {
          id: "shop/plain.1",
          state: "running",
          health: "none",
          ready: true,
          reason: null,
          ok: true,
        },
      ],
    });
    expect((await sandbox.run("health", "plain")).code).toBe(0);
    const github = await sandbox.run("health", "--format", "github");
    expect(github.stdout).toStartWith("::error title=shop/web.1 is unhealthy::GET http");
    const junit = await sandbox.run("health", "--format", "junit");
    expect(junit.stdout).toContain('<testsuites tests="2" failures="1" skipped="0">');
    expect(junit.stdout).toContain('<testcase classname="shop" name="plain.1" time="0"/>');
    expect(await sandbox.ok("ls")).toContain("running (unhealthy)");
    const inspection = JSON.parse(await sandbox.ok("inspect", "web", "--json")) as Inspection;
    expect(inspection.probes).toMatchObject([{ purpose: "health", kind: "http" }]);
    expect(inspection.probes[0]?.answers.at(-1)).toMatchObject({ passed: false });
    server.answer(200);
    await sandbox.ok("wait", "web", "--for", "healthy");
    const last = (await healthEvents(sandbox, "web")).at(-1);
    expect(last).toMatchObject({ type: "health.recovered", data: { from: "unhealthy" } });
    expect((await sandbox.status("web")).pid).toBe(pid);
  },
  SLOW_MS,
);

test(
  "nothing that is up is not healthy, and what was stopped on purpose is not missed",
  async () => {
    const once = { command: "true", restart: "no" };
    await using sandbox = new Sandbox({ processes: { once, one: sleeper, two: sleeper } });
    const codeOf = async (...targets: string[]) => (await sandbox.run("health", ...targets)).code;
    expect(await codeOf()).toBe(1);
    expect(await sandbox.ok("up", "-d", "--wait")).toBe("");
    await sandbox.ok("stop", "two");
    expect(await codeOf()).toBe(0);
    // What has done its work is well, though it was asked to stop with the others.
    await sandbox.ok("stop", "all");
    expect(await codeOf("once")).toBe(0);
    expect(await codeOf("once", "one")).toBe(1);
    expect(await codeOf()).toBe(1);
    const github = await sandbox.run("health", "--format", "github");
    expect(github.stdout).toBe("::error title=procman health::nothing is up\n");
    await sandbox.ok("start", "one");
    expect(await codeOf()).toBe(0);
    expect(await codeOf("three")).toBe(3);
  },
  SLOW_MS,
);

test(
  "a dependent that wants it healthy waits until it is",
  async () => {
    const health = { exec: "test -e well", ...quick, failureThreshold: 1_000 };
    const api = { ...sleeper, dependsOn: { db: "healthy" } };
    await using sandbox = new Sandbox({ processes: { db: { ...sleeper, health }, api } });
    await sandbox.ok("up", "-d", "db");
    const up = sandbox.spawn(["up", "-d", "--wait"]);
    await sandbox.until("api", (it) => it.state === "pending" && it.reason !== null);
    expect((await sandbox.status("api")).reason).toStartWith("waits for db to be healthy");
    sandbox.write("well", "");
    expect(await up.exited).toBe(0);
    expect((await sandbox.status("db")).health).toBe("healthy");
  },
  SLOW_MS,
);

test(
  "a new daemon goes on probing what the one before it left",
  async () => {
    using server = wayward();
    const health = { http: server.url, ...quick };
    await using sandbox = new Sandbox({
      processes: { web: { ...sleeper, restart: "no", health } },
    });
    await sandbox.ok("up", "-d");
    await sandbox.ok("wait", "web", "--for", "healthy");
    const { pid } = await sandbox.status("web");
    await sandbox.killDaemon();
    expect(await sandbox.until("web", (it) => it.adopted)).toMatchObject({
      health: "healthy",
      pid,
    });
    server.answer(500);
    expect((await sandbox.until("web", (it) => it.health === "unhealthy")).pid).toBe(pid);
  },
  SLOW_MS,
);

test(
  "F60: what is not ready in time has failed, with what its probes said last and how often",
  async () => {
    const url = `http://localhost:${freePort()}/`;
    const ready = [{ http: url, within: "600ms", interval: "50ms" }];
    const after = { ...sleeper, dependsOn: ["web"] };
    await using sandbox = new Sandbox({ processes: { web: { ...sleeper, ready }, after } });
    const up = await sandbox.run("up", "-d", "--wait");
    expect(up.code).toBe(1);
    const { state, reason } = await sandbox.status("web");
    expect(state).toBe("failed");
    expect(reason).toMatch(/^was not ready within 600ms: GET http:\S+ was refused, \d+ tr(y|ies)$/);
    expect((await sandbox.status("after")).state).toBe("skipped");
  },
  SLOW_MS,
);

test(
  "a line of output makes it ready, also one that was written before anybody looked",
  async () => {
    const script = "echo booting; echo 'listening on 80' >&2; exec sleep 1000";
    const ready = [
      { log: { pattern: "listening on \\d+$", stream: "stderr" } },
      { after: "300ms" },
    ];
    const lines = "echo fine; while [ ! -e bad ]; do sleep 0.05; done; echo PANIC; exec sleep 1000";
    const health = { log: { pattern: "PANIC", means: "failed" }, interval: "50ms" };
    await using sandbox = new Sandbox({
      processes: {
        web: { command: ["sh", "-c", script], ready },
        shaky: { command: ["sh", "-c", lines], health, restart: { backoff: { initial: "20s" } } },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("wait", "shaky", "--for", "healthy");
    sandbox.write("bad", "");
    const { reason } = await sandbox.until("shaky", (it) => it.state === "backoff");
    expect(reason).toBe("was unhealthy: it wrote: PANIC");
  },
  SLOW_MS,
);

test(
  "a process that is frozen is found out; probes come and go with the configuration, without a restart",
  async () => {
    const port = { port: "auto" };
    const serve = "Bun.serve({ port: Number(process.env.PORT), fetch: () => new Response('up') })";
    const web = {
      command: [process.execPath, "--config=/dev/null", "-e", serve],
      ...port,
      ready: { http: "http://127.0.0.1:${PORT}/" },
      restart: { backoff: { initial: "50ms" } },
    };
    const probe = { http: "http://127.0.0.1:${PORT}/", interval: "50ms", timeout: "1s" };
    // Its automatic port comes from its names: others that run at the same time have the same "web".
    await using sandbox = new Sandbox({ name: "frozen", processes: { web } });
    await sandbox.ok("up", "-d", "--wait");
    const { pid, health } = await sandbox.status("web");
    expect(health).toBe("none");
    sandbox.configure({ name: "frozen", processes: { web: { ...web, health: probe } } });
    await sandbox.ok("apply");
    await sandbox.ok("wait", "web", "--for", "healthy");
    expect((await sandbox.status("web")).pid).toBe(pid);
    process.kill(pid ?? 0, "SIGSTOP");
    const again = await sandbox.until("web", (it) => it.pid !== null && it.pid !== pid);
    expect(again.restarts).toBe(1);
    const failed = (await healthEvents(sandbox, "web")).find(
      ({ type }) => type === "health.failed",
    );
    expect(failed?.data["reason"]).toMatch(/did not answer within 1s \(3 failures in a row\)$/);
    expect(isAlive(pid ?? 0)).toBe(false);
    await sandbox.ok("wait", "web", "--for", "healthy");
    sandbox.configure({ name: "frozen", processes: { web } });
    await sandbox.ok("apply");
    expect(await sandbox.status("web")).toMatchObject({ health: "none", pid: again.pid });
  },
  SLOW_MS,
);

test(
  "F45: a daemon that was stopped for a while blames nobody for it",
  async () => {
    // Nearly always asked and not yet answered.
    using server = wayward(300);
    const health = { http: server.url, interval: "20ms", timeout: "2s", failureThreshold: 1 };
    await using sandbox = new Sandbox({ processes: { web: { ...sleeper, health } } });
    await sandbox.ok("up", "-d");
    await sandbox.ok("wait", "web", "--for", "healthy");
    const { pid } = await sandbox.status("web");
    const daemon = await sandbox.daemon();
    // A little longer than an attempt may take, and much longer.
    for (const stoppedMs of [2_100, 2_500, 3_200]) {
      process.kill(daemon.pid, "SIGSTOP");
      await Bun.sleep(stoppedMs); // That it passes is what is tried.
      process.kill(daemon.pid, "SIGCONT");
      await eventually("it to be asked again", async () => {
        const { probes } = JSON.parse(await sandbox.ok("inspect", "web", "--json")) as Inspection;
        const last = probes[0]?.answers.at(-1);
        const fresh = last !== undefined && Date.now() - Date.parse(last.time) < 1_000;
        return { value: last, done: fresh };
      });
    }
    expect(await sandbox.status("web")).toMatchObject({ pid, health: "healthy", restarts: 0 });
    expect((await healthEvents(sandbox, "web")).map(({ type }) => type)).toEqual([
      "health.healthy",
    ]);
  },
  SLOW_MS,
);
