/** Alerts of real projects: receivers are told, whatever becomes of them and of the daemon. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ActiveAlert } from "../../src/protocol/alerts.ts";
import type { WireEvent } from "../../src/protocol/shapes.ts";
import { ReceiverServer } from "../observers/receiver-server.ts";
import { eventually, Sandbox } from "./sandbox.ts";
import { wayward } from "./wayward-server.ts";

const crasher = { command: "sh -c 'exit 3'", restart: { policy: "no" } };
const sleeper = { command: "sleep 1000" };

async function active(sandbox: Sandbox): Promise<string[]> {
  const alerts = JSON.parse(await sandbox.ok("alerts", "--json")) as ActiveAlert[];
  return alerts.map(({ process, type, reason }) => `${process} ${type}: ${reason}`);
}

function toldBy(server: ReceiverServer, ...expected: string[]): Promise<readonly string[]> {
  return eventually(`the receiver to be told ${expected.join(", ")}`, async () => ({
    value: server.told,
    done: server.told.length >= expected.length,
  }));
}

async function alertEvents(sandbox: Sandbox): Promise<string[]> {
  const events = await sandbox.events("--type", "alert.*");
  return events.map(({ type, process }) => `${type} ${process}`);
}

test("a failure is told to a webhook and listed until the process is up again, and then that it is over", async () => {
  await using server = new ReceiverServer();
  const webhook = { url: server.url, secret: "${HOOK_SECRET}" };
  const config = (api: object) => ({
    name: "shop",
    alerts: [{ on: ["process.failed"], webhook }],
    processes: { api, db: sleeper },
  });
  await using sandbox = new Sandbox(config(crasher), { HOOK_SECRET: "hush" });
  await sandbox.run("up", "-d");
  await toldBy(server, "fired process.failed");
  expect(await active(sandbox)).toEqual(["api process.failed: exited with code 3"]);
  const [fired] = server.received;
  expect(fired?.notice).toMatchObject({ project: "shop", process: "api", instance: 1 });
  expect(fired?.headers.get("x-procman-signature")).toMatch(/^sha256=[0-9a-f]{64}$/);
  expect(await sandbox.ok("alerts")).toMatch(/api\.1 +process\.failed .*exited with code 3/);

  sandbox.configure(config(sleeper));
  await sandbox.ok("up", "-d");
  await toldBy(server, "fired process.failed", "resolved process.failed");
  expect(server.received.map(({ notice }) => notice.id)).toEqual([
    fired?.notice.id as string,
    fired?.notice.id as string,
  ]);
  expect(await active(sandbox)).toEqual([]);
  expect(await alertEvents(sandbox)).toEqual(["alert.fired api", "alert.resolved api"]);
  const log = await sandbox.ok("daemon", "logs");
  expect(log).toContain("alert.fired shop/api.1");
  expect(log).not.toContain("hush");
});

test("what a health probe finds is told when it is critical, not again when it is worse, and when it is over", async () => {
  await using server = new ReceiverServer();
  using probed = wayward();
  const health = { http: probed.url, interval: "50ms", timeout: "5s" };
  const config = (web: object) => ({
    alerts: [{ on: ["health.critical"], webhook: { url: server.url } }],
    processes: { web: { ...sleeper, restart: "no", ...web }, db: sleeper },
  });
  await using sandbox = new Sandbox(config({ health }));
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "web", "--for", "healthy");
  probed.answer(503);
  await sandbox.until("web", (it) => it.health === "unhealthy");
  await toldBy(server, "fired health.critical");
  const reason = `GET ${probed.url} answered 503 (2 failures in a row)`;
  expect(await active(sandbox)).toEqual([`web health.critical: ${reason}`]);
  expect(server.received[0]?.notice).toMatchObject({
    process: "web",
    reason,
    data: { from: "warning", to: "critical" },
  });
  probed.answer(200);
  await toldBy(server, "fired health.critical", "resolved health.critical");
  expect(server.received[1]?.notice).toMatchObject({ resolvedBy: "health.recovered" });
  expect(await active(sandbox)).toEqual([]);
  expect(await alertEvents(sandbox)).toEqual(["alert.fired web", "alert.resolved web"]);

  probed.answer(503);
  await toldBy(server, "fired", "resolved", "fired again");
  sandbox.configure(config({}));
  await sandbox.ok("apply");
  await toldBy(server, "fired", "resolved", "fired again", "resolved, for nothing probes it");
  expect(server.received[3]?.notice).toMatchObject({ resolvedBy: "config.changed" });
  expect(await active(sandbox)).toEqual([]);
});

test("a command is given the alert, in the project's directory and with the caller's environment", async () => {
  await using sandbox = new Sandbox(
    {
      alerts: [
        {
          on: ["process.failed"],
          exec: 'cat > "$PROCMAN_ALERT_PROCESS.json"; echo "$TEAM $PROCMAN_ALERT_REASON" > said.part; mv said.part said',
        },
      ],
      processes: { api: crasher },
    },
    { TEAM: "ops" },
  );
  await sandbox.run("up", "-d");
  await eventually("the command to be run", async () => ({
    value: null,
    done: existsSync(join(sandbox.directory, "said")),
  }));
  expect(sandbox.read("said")).toBe("ops exited with code 3\n");
  expect(JSON.parse(sandbox.read("api.json"))).toMatchObject({
    status: "fired",
    type: "process.failed",
  });
});

test("receivers that fail are told of, and one that stalls delays neither processes nor other receivers", async () => {
  const never = Promise.withResolvers<Response>();
  await using stalled = new ReceiverServer(() => never.promise);
  await using refusing = new ReceiverServer(() => new Response("", { status: 403 }));
  const on = ["process.failed"];
  await using sandbox = new Sandbox({
    alerts: [
      { on, webhook: { url: stalled.url }, timeout: "60s" },
      { on, webhook: { url: refusing.url } },
      { on, exec: "echo nobody there >&2; exit 1" },
    ],
    processes: { api: crasher, db: sleeper },
  });
  await sandbox.run("up", "-d");
  const undelivered = await eventually("both failures to be told", async () => {
    const events = await sandbox.events("--type", "alert.undelivered");
    return { value: events, done: events.length === 2 };
  });
  const said = (data: WireEvent["data"]) =>
    `${String(data["receiver"])}: ${String(data["reason"])}`;
  expect(undelivered.map(({ data }) => said(data)).toSorted()).toEqual([
    "exec: exited with code 1: nobody there",
    "webhook: answered 403",
  ]);
  expect(stalled.received.length).toBe(1);
  // The rule's own alert is there three times, once for each rule.
  expect((await active(sandbox)).length).toBe(3);
  await sandbox.ok("restart", "db");
  await sandbox.ok("daemon", "stop");
  never.resolve(new Response());
});

test("what is alerting survives the daemon and is not fired twice", async () => {
  await using server = new ReceiverServer();
  await using sandbox = new Sandbox({
    alerts: [{ on: ["process.failed"], webhook: { url: server.url } }],
    processes: { api: crasher, db: sleeper },
  });
  await sandbox.run("up", "-d");
  await toldBy(server, "fired process.failed");
  const pid = await sandbox.killDaemon();
  await eventually("a new daemon", async () => {
    const { code, stdout } = await sandbox.run("daemon", "status", "--json");
    const now = code === 0 ? (JSON.parse(stdout) as { pid: number }).pid : pid;
    return { value: now, done: now !== pid };
  });
  expect(await active(sandbox)).toEqual(["api process.failed: exited with code 3"]);
  await sandbox.ok("daemon", "restart");
  expect(await active(sandbox)).toEqual(["api process.failed: exited with code 3"]);
  await sandbox.ok("stop", "api");
  await sandbox.ok("down", "api");
  await toldBy(server, "fired process.failed", "resolved process.failed");
  expect(server.told).toEqual(["fired process.failed", "resolved process.failed"]);
  expect(await alertEvents(sandbox)).toEqual(["alert.fired api", "alert.resolved api"]);
});

test("edited rules are taken over without a restart, and an alert goes with its rule", async () => {
  await using old = new ReceiverServer();
  await using next = new ReceiverServer();
  const config = (alerts: readonly object[]) => ({
    alerts,
    processes: { api: crasher, db: sleeper },
  });
  const on = ["process.failed"];
  await using sandbox = new Sandbox(config([{ on, webhook: { url: old.url } }]));
  await sandbox.run("up", "-d");
  await toldBy(old, "fired process.failed");
  const before = await sandbox.pids();

  sandbox.configure(config([{ on, webhook: { url: next.url } }]));
  await sandbox.ok("apply");
  expect(await sandbox.pids()).toEqual(before);
  expect(await active(sandbox)).toEqual(["api process.failed: exited with code 3"]);

  sandbox.configure(config([]));
  expect(await sandbox.ok("apply", "--dry-run")).toBe("~ the rules of alerts\n");
  expect(JSON.parse(await sandbox.ok("apply", "--dry-run", "--json"))).toMatchObject({
    alerts: true,
  });
  await sandbox.ok("apply");
  await toldBy(next, "resolved process.failed");
  expect(await active(sandbox)).toEqual([]);
  expect([old.told, next.told]).toEqual([["fired process.failed"], ["resolved process.failed"]]);
  expect(await sandbox.pids()).toEqual(before);
});
