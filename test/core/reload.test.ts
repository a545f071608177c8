/** A reload: another run of an instance comes up beside the one that it has, and takes its place or leaves it alone. */

import { expect, test } from "bun:test";
import type { InstanceId } from "../../src/model/ids.ts";
import type { Instance } from "../../src/model/state.ts";
import { Clockwork, JOB, NO_RESTART, START, STOP, on, runIdOf, up } from "./clockwork.ts";

const RELOAD = { kind: "reload-asked" } as const;
const RESTART = { kind: "restart-asked" } as const;
const KILL = { kind: "kill-asked" } as const;
const REMOVE = { kind: "remove-asked", timeoutMs: null } as const;
const PROBED = { ready: [{ kind: "after", afterMs: 1 }] } as const;
const SECOND: InstanceId = "shop/job.2";

/** Ready, with a probe that is answered only when a test says so. */
function ready(more: object = {}): Clockwork {
  const clock = up({ ...PROBED, ...more });
  clock.report(JOB, runIdOf(clock.job()), { kind: "ready" });
  clock.told();
  return clock;
}

function besideOf(clock: Clockwork, id?: InstanceId): Instance {
  const { beside } = clock.job(id);
  if (beside === undefined) throw new Error("nothing is beside it");
  return beside;
}

/** The states of its own run and of the one beside it. */
function pair(clock: Clockwork, id?: InstanceId): (string | undefined)[] {
  const { state, beside } = clock.job(id);
  return [state.kind, beside?.role, beside?.state.kind];
}

function succeed(clock: Clockwork, id: InstanceId = JOB): void {
  clock.report(id, runIdOf(besideOf(clock, id)), { kind: "ready" });
}

function fail(clock: Clockwork, code = 1, id: InstanceId = JOB): void {
  const exit = { code, signal: null, oomKilled: false, known: true, atMs: clock.wallMs };
  clock.report(id, runIdOf(besideOf(clock, id)), { kind: "exited", exit });
}

test("the old run goes on until the new one is ready, then it is stopped", () => {
  const clock = ready();
  const old = runIdOf(clock.job());
  clock.ask(RELOAD);
  expect(pair(clock)).toEqual(["running", "successor", "starting"]);
  expect(runIdOf(clock.job())).toBe(old);
  clock.isStubborn = true;
  succeed(clock);
  expect(pair(clock)).toEqual(["running", "former", "stopping"]);
  expect(runIdOf(besideOf(clock))).toBe(old);
  expect(runIdOf(clock.job())).not.toBe(old);
  fail(clock, 0);
  expect(pair(clock)).toEqual(["running", undefined, undefined]);
  expect(clock.told()).toEqual(["reloading", "started", "ready", "reloaded", "stopping", "exited"]);
});

test("without ready probes the new run takes over when it has lived for half a second", () => {
  const clock = up({});
  clock.ask(RELOAD);
  clock.pass(499);
  expect(pair(clock)).toEqual(["running", "successor", "running"]);
  clock.pass(1);
  expect(pair(clock)).toEqual(["running", undefined, undefined]);
});

test.each<[string, (clock: Clockwork) => void, string]>([
  ["it ends", (clock) => fail(clock, 3), "exited with code 3"],
  ["it ends well", (clock) => fail(clock, 0), "exited with code 0 before it was ready"],
  ["it is not ready in time", (clock) => clock.pass(60_000), "was not ready within 1m"],
  [
    "its probe has failed too often",
    (clock) => clock.report(JOB, runIdOf(besideOf(clock)), { kind: "never-ready", answer: "503" }),
    "did not become ready: 503",
  ],
])("F65: when the new run fails because %s, the old one goes on", (_, act, reason) => {
  const restart = { ...NO_RESTART, policy: "always" } as const;
  const clock = ready({ restart });
  const before = clock.job();
  clock.ask(RELOAD);
  act(clock);
  expect(clock.job()).toEqual({
    ...before,
    generation: 2,
    reload: { kind: "failed", reason },
  });
  expect(clock.told("failed", "backoff", "reloaded")).toEqual(["failed"]);
  clock.ask(RELOAD);
  succeed(clock);
  expect(clock.job().reload).toBeUndefined();
});

test("a successor that cannot be spawned costs nothing, however transient that is", () => {
  const clock = ready({ restart: { ...NO_RESTART, policy: "always" } });
  clock.isHeld = true;
  clock.ask(RELOAD);
  clock.isHeld = false;
  const error = { code: "EAGAIN", message: "there are too many processes", transient: true };
  clock.report(JOB, runIdOf(besideOf(clock)), { kind: "spawn-failed", error });
  expect(pair(clock)).toEqual(["running", undefined, undefined]);
  expect(clock.job()).toMatchObject({
    restarts: 0,
    restartTimesMonoMs: [],
    reload: { kind: "failed", reason: "there are too many processes" },
  });
});

test.each([
  ["stopped", STOP, "stopped"],
  ["killed", KILL, "stopped"],
  ["restarted", RESTART, "starting"],
] as const)("what is %s during a reload is so with both of its runs", (_, request, state) => {
  for (const isReady of [false, true]) {
    const clock = ready();
    clock.ask(RELOAD);
    clock.isStubborn = true;
    if (isReady) succeed(clock);
    const runs = [runIdOf(clock.job()), runIdOf(besideOf(clock))];
    clock.ask(request);
    expect(pair(clock)).toEqual(["stopping", isReady ? "former" : "successor", "stopping"]);
    clock.end();
    // It has ended, and waits for the other one.
    expect(pair(clock)[0]).toBe("cleaning");
    fail(clock, 0);
    expect(pair(clock)).toEqual([request === KILL ? "killed" : state, undefined, undefined]);
    if (request === RESTART) expect(runs).not.toContain(runIdOf(clock.job()));
  }
});

test("what is removed during a reload is forgotten when both of its runs are gone", () => {
  const clock = ready();
  clock.ask(RELOAD);
  clock.isStubborn = true;
  clock.ask(REMOVE);
  fail(clock, 0);
  expect(clock.states()).toEqual({ "job.1": "stopping" });
  clock.end();
  expect(clock.states()).toEqual({});
});

test("a run that ends during its reload leaves its place to the new one, ready or not", () => {
  const clock = ready({ restart: { ...NO_RESTART, policy: "always" } });
  clock.ask(RELOAD);
  const next = runIdOf(besideOf(clock));
  clock.end(1);
  expect(pair(clock)).toEqual(["starting", undefined, undefined]);
  expect(runIdOf(clock.job())).toBe(next);
  expect(clock.job().restartTimesMonoMs).toEqual([]);
  clock.end(1);
  expect(clock.job().state.kind).toBe("backoff");
});

test("a new run that ends while the old one is still being stopped is judged when that is gone", () => {
  const clock = ready();
  clock.ask(RELOAD);
  clock.isStubborn = true;
  succeed(clock);
  clock.end(0);
  expect(pair(clock)).toEqual(["cleaning", "former", "stopping"]);
  fail(clock, 0);
  expect(clock.states()).toEqual({ "job.1": "completed" });
});

test("instances are reloaded one by one; one that fails ends it for the others", () => {
  const clock = ready({ instances: 2 });
  clock.ask(START, SECOND);
  clock.report(SECOND, runIdOf(clock.job(SECOND)), { kind: "ready" });
  const both = { kind: "instances-asked", instances: [JOB, SECOND], request: RELOAD } as const;
  clock.take(both);
  expect([pair(clock)[1], pair(clock, SECOND)[1]]).toEqual(["successor", undefined]);
  succeed(clock);
  expect([pair(clock)[1], pair(clock, SECOND)[1]]).toEqual([undefined, "successor"]);
  succeed(clock, SECOND);
  clock.take(both);
  fail(clock);
  expect(clock.job(SECOND).reload).toEqual({
    kind: "failed",
    reason: "not tried, because job.1 could not be reloaded",
  });
  expect(pair(clock, SECOND)).toEqual(["running", undefined, undefined]);
});

test("a new daemon goes on with both runs", () => {
  for (const isReady of [false, true]) {
    const clock = ready();
    clock.ask(RELOAD);
    clock.isStubborn = true;
    if (isReady) succeed(clock);
    const before = pair(clock);
    clock.take({ kind: "recovered", since: "crash" });
    expect(pair(clock)).toEqual(before);
    clock.isStubborn = false;
    if (!isReady) succeed(clock);
    else clock.pass(5_000);
    expect(pair(clock)).toEqual(["running", undefined, undefined]);
  }
});

test("after the machine was restarted there is no run left", () => {
  const clock = ready();
  clock.ask(RELOAD);
  clock.take({ kind: "recovered", since: "boot" });
  expect(pair(clock)).toEqual(["stopped", undefined, undefined]);
});

test.each<[string, object]>([
  ["a port of its own", { port: 3_000 }],
  ["a terminal", { tty: true }],
])("what has %s is restarted where a rule wants it reloaded", (_, more) => {
  const clock = up(more);
  clock.ask(RELOAD);
  expect(clock.told("restarting", "reloading")).toEqual(["restarting"]);
});

test("a reload bounces nobody who depends on it, and is no exit of it to others", () => {
  const depends = { ...on("job", "ready"), restart: true };
  const clock = new Clockwork({}, { web: { dependsOn: [depends] } });
  clock.ask(START);
  clock.ask(START, "shop/web.1");
  clock.told();
  clock.ask(RELOAD);
  clock.pass(1_000);
  expect(clock.told("restarting", "reloaded")).toEqual(["reloaded"]);
});

test("what is asked for during a reload is done after it", () => {
  const clock = ready();
  clock.ask(RELOAD);
  clock.ask(RELOAD);
  expect(clock.job().reload).toEqual({ kind: "asked" });
  succeed(clock);
  expect(pair(clock)).toEqual(["running", "successor", "starting"]);
});
