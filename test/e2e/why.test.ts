/** `why`: for every state what has put an instance there, what it waits for, and what comes next. */

import { expect, test } from "bun:test";
import type { Explanation } from "../../src/protocol/explanation.ts";
import type { Status } from "../../src/protocol/status.ts";
import { Sandbox } from "./sandbox.ts";

const LATER = { initial: "1h", max: "1h", jitter: 0 };
const STUBBORN = ["sh", "-c", "trap '' TERM; echo armed; while :; do sleep 0.1; done"];

const PROCESSES = {
  db: {
    command: ["sh", "-c", "echo opening; exec sleep 1000"],
    ready: { exec: "test -e db.ok", interval: "50ms", within: "1h" },
  },
  ill: {
    command: "sleep 1000",
    health: { exec: "test -e ill.ok", interval: "50ms", failureThreshold: 1_000_000 },
  },
  guest: { command: "sleep 1000", dependsOn: { ill: "healthy" } },
  api: { command: "sleep 1000", dependsOn: { db: { condition: "ready", timeout: "50m" } } },
  web: { command: "sleep 1000", dependsOn: ["api"] },
  crash: {
    command: ["sh", "-c", "echo booting; echo 'no config'; exit 3"],
    restart: { max: 1, backoff: { initial: "20ms" } },
  },
  slow: { command: ["sh", "-c", "exit 4"], restart: { backoff: LATER } },
  once: { command: "true" },
  fails: { command: "false", restart: "no", fallback: "spare" },
  spare: { command: "sleep 1000" },
  impatient: { command: "sleep 1000", dependsOn: { db: { timeout: "300ms" } } },
  missing: { command: "no-such-program" },
  after: { command: "sleep 1000", dependsOn: ["fails"] },
  unready: { command: "sleep 1000", ready: { tcp: "9", within: "200ms" } },
  later: { command: "sleep 1000", autostart: false },
  off: { command: "sleep 1000", disabled: true },
  stubborn: { command: STUBBORN, stop: { timeout: "1h" } },
  two: { command: "sleep 1000", instances: 2 },
};

/** Of each process: the state, and what has to be found in its explanation. */
const ROWS: readonly (readonly [name: string, state: Status["state"], Partial<Explanation>])[] = [
  [
    "db",
    "starting",
    {
      reason: "is not ready yet: 'test -e db.ok' exited with code 1",
      health: "none",
      probes: [expect.objectContaining({ purpose: "ready", kind: "exec" })],
      rule: { key: "ready", text: "exec test -e db.ok within 1h" },
      deadlineAt: expect.stringMatching(/Z$/),
      tail: ["opening"],
      lastExit: null,
    },
  ],
  [
    "api",
    "pending",
    {
      waitingFor: [
        {
          process: "db",
          condition: "ready",
          state: "starting",
          health: "none",
          since: expect.stringMatching(/Z$/),
          reason: expect.stringContaining("is not ready yet"),
        },
      ],
      deadlineAt: expect.stringMatching(/Z$/),
    },
  ],
  [
    "ill",
    "running",
    {
      health: "warning",
      reason: expect.stringMatching(/^warning: 'test -e ill.ok' exited with code 1/),
      rule: {
        key: "health",
        text: "exec test -e ill.ok every 50ms, 1000000 failures in a row and it has failed",
      },
    },
  ],
  [
    "guest",
    "pending",
    {
      waitingFor: [
        expect.objectContaining({ process: "ill", condition: "healthy", health: "warning" }),
      ],
    },
  ],
  [
    "web",
    "pending",
    {
      waitingFor: [
        expect.objectContaining({
          process: "api",
          state: "pending",
          reason: expect.stringContaining("waits for db to be ready"),
        }),
      ],
      deadlineAt: null,
    },
  ],
  [
    "crash",
    "failed",
    {
      reason: "exited with code 3; the restart allowed within 1m is spent",
      rule: { key: "restart.max", text: expect.stringContaining("1 restart within") },
      lastExit: expect.objectContaining({ code: 3, signal: null, known: true, oomKilled: false }),
      tail: ["booting", "no config"],
    },
  ],
  [
    "slow",
    "backoff",
    {
      nextRetryAt: expect.stringMatching(/Z$/),
      rule: { key: "restart.policy", text: expect.stringContaining("1 of 5 restarts") },
    },
  ],
  ["once", "completed", { rule: expect.objectContaining({ key: "restart.policy" }), tail: [] }],
  [
    "fails",
    "failed",
    {
      rule: { key: "restart.policy", text: "no: it is not started again" },
      fallback: { process: "spare", state: "running", isOnDuty: true },
    },
  ],
  [
    "spare",
    "running",
    {
      degraded: "stands in for fails",
      rule: { key: "processes.fails.fallback", text: "it runs while fails cannot" },
    },
  ],
  [
    "impatient",
    "skipped",
    { rule: { key: "dependsOn.db.timeout", text: expect.stringContaining("300ms") } },
  ],
  ["missing", "failed", { rule: null, reason: expect.stringContaining("no-such-program") }],
  [
    "after",
    "skipped",
    {
      reason: expect.stringContaining("which failed"),
      rule: expect.objectContaining({ key: "dependsOn" }),
      waitingFor: [expect.objectContaining({ process: "fails", state: "failed" })],
    },
  ],
  [
    "unready",
    "failed",
    {
      reason: expect.stringMatching(/^was not ready within 200ms: .*9/),
      rule: { key: "ready.within", text: "tcp 9 within 200ms" },
    },
  ],
  ["later", "stopped", { rule: expect.objectContaining({ key: "autostart" }), lastExit: null }],
  ["off", "stopped", { rule: expect.objectContaining({ key: "disabled" }) }],
  [
    "stubborn",
    "stopping",
    {
      rule: { key: "stop.timeout", text: "SIGKILL 1h after SIGTERM" },
      deadlineAt: expect.stringMatching(/Z$/),
    },
  ],
  ["two", "running", { others: [{ id: "shop/two.2", state: "running" }], rule: null }],
];

test("every state is explained: reason, rule, what is waited for, next try, last output", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: PROCESSES });
  const up = sandbox.spawn(["up", "-d"]);
  await sandbox.until("stubborn", ({ state }) => state === "running");
  await armed(sandbox);
  const stop = sandbox.spawn(["stop", "stubborn"]);
  for (const [name, state] of ROWS) await sandbox.until(name, (it) => it.state === state);
  await sandbox.until("ill", ({ health }) => health === "warning");
  await sandbox.until("db", ({ reason }) => reason !== null);
  for (const [name, state, wanted] of ROWS) {
    const found = JSON.parse(await sandbox.ok("why", name, "--json")) as Explanation;
    expect({ name, ...found }).toMatchObject({ name, state, ...wanted });
  }
  const text = await sandbox.ok("why", "crash");
  expect(text).toContain("shop/crash.1 is failed since");
  expect(text).toMatch(/because +exited with code 3; the restart allowed within 1m is spent/);
  expect(text).toMatch(/last output:\n +booting\n +no config\n'procman start crash'/);
  const waiting = await sandbox.ok("why", "web");
  expect(waiting).toMatch(/waits for +api to be ready; it is pending since .*: waits for db/);
  expect(await sandbox.ok("why", "db")).toMatch(
    /probe +ready exec: 'test -e db.ok' exited with code 1, \d+s ago; tried \d+ times?\n/,
  );
  expect(await sandbox.ok("why", "guest")).toMatch(/ill to be healthy; it is running, warning, /);
  expect(await sandbox.ok("why", "slow")).toMatch(/next try +in 59m/);

  for (const name of ["db.ok", "ill.ok"]) sandbox.write(name, "");
  for (const name of ["web", "guest"]) {
    await sandbox.until(name, ({ state }) => state === "running");
  }
  expect(JSON.parse(await sandbox.ok("why", "ill", "--json"))).toMatchObject({
    health: "healthy",
    reason: "it runs, is ready and healthy",
    rule: null,
  });
  expect(JSON.parse(await sandbox.ok("why", "db", "--json"))).toMatchObject({
    state: "running",
    reason: "it runs and is ready",
    deadlineAt: null,
  });
  await sandbox.ok("kill", "stubborn");
  expect(JSON.parse(await sandbox.ok("why", "stubborn", "--json"))).toMatchObject({
    state: "killed",
    reason: "killed on request",
    rule: null,
  });
  expect(await sandbox.ok("why", "spare")).toContain("degraded  stands in for fails\n");
  expect(await sandbox.ok("why", "fails")).toMatch(/fallback +spare stands in for it \(running\)/);
  expect(await sandbox.ok("why", "off")).not.toContain("procman start");
  await Promise.all([up.exited, stop.exited]);
  const nobody = await sandbox.run("why", "nobody");
  expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining("'nobody'")]);
}, 120_000);

test("of several instances the one with most to explain is explained", async () => {
  const command = ["sh", "-c", '[ "$PROCMAN_INSTANCE" = 1 ] && exec sleep 1000; exit 5'];
  const two = { command, instances: 2, restart: "no" };
  await using sandbox = new Sandbox({ name: "shop", processes: { two } });
  await sandbox.ok("up", "-d");
  await sandbox.until("two.2", ({ state }) => state === "failed");
  expect(JSON.parse(await sandbox.ok("why", "two", "--json"))).toMatchObject({
    id: "shop/two.2",
    others: [{ id: "shop/two.1", state: "running" }],
  });
  expect(JSON.parse(await sandbox.ok("why", "two.1", "--json"))).toMatchObject({
    id: "shop/two.1",
    others: [],
  });
  const health = { exec: "test $PROCMAN_INSTANCE = 1", interval: "50ms", failureThreshold: 1_000 };
  sandbox.configure({
    name: "shop",
    processes: { two: { command: "sleep 1000", instances: 2, health } },
  });
  await sandbox.ok("up", "-d");
  await sandbox.until("two.2", (it) => it.health === "warning");
  expect(JSON.parse(await sandbox.ok("why", "two", "--json"))).toMatchObject({ id: "shop/two.2" });
}, 120_000);

/** SIGTERM before its trap would end it. */
async function armed(sandbox: Sandbox): Promise<void> {
  for (;;) if ((await sandbox.ok("logs", "stubborn", "--no-prefix")).includes("armed")) return;
}
