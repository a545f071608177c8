/** What a schedule does to a process: rows of what happens, and of what is told of it. */

import { describe, expect, test } from "bun:test";
import type { InstanceId } from "../../src/model/ids.ts";
import { Clockwork, NO_RESTART, START, STOP, every, on, up } from "./clockwork.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const RUN = ["pending", "started", "ready"];
const ENDED = ["exited", "completed", "scheduled"];

describe("a process with a schedule", () => {
  test("is not run when it is started, but at each of its times, and waits between them", () => {
    const job = new Clockwork(every(10));
    job.ask(START);
    expect(job.told("pending", "scheduled", "started")).toEqual(["scheduled"]);
    for (let time = 0; time < 3; time += 1) {
      job.pass(10 * SECOND_MS - 1);
      expect(job.told()).toEqual([]);
      job.pass(1);
      expect(job.told()).toEqual(["fired", ...RUN]);
      job.end();
      expect(job.told()).toEqual(ENDED);
      expect(job.job().state).toMatchObject({ kind: "scheduled", last: { kind: "completed" } });
    }
  });

  test("keeps its times, however long its runs take", () => {
    const job = up(every(10));
    job.pass(10 * SECOND_MS);
    job.pass(7 * SECOND_MS);
    job.end();
    job.told();
    job.pass(3 * SECOND_MS);
    expect(job.told()).toEqual(["fired", ...RUN]);
  });

  test("is also run at its start when that is asked for", () => {
    const job = new Clockwork(every(10, { runOnStart: true }));
    job.ask(START);
    expect(job.told("scheduled", "fired", "started")).toEqual(["started"]);
    job.end();
    job.told();
    job.ask(START);
    expect(job.told()).toEqual([]);
    job.pass(10 * SECOND_MS);
    expect(job.told("fired")).toEqual(["fired"]);
  });

  test("is run at once when it is asked for, and keeps its times", () => {
    const job = up(every(10));
    job.pass(4 * SECOND_MS);
    job.ask({ ...START, now: true });
    expect(job.told()).toEqual(RUN);
    job.end();
    job.told();
    job.pass(6 * SECOND_MS);
    expect(job.told("fired")).toEqual(["fired"]);
  });

  test("is off its schedule from a stop to a start", () => {
    const job = up(every(10));
    job.ask(STOP);
    expect(job.told()).toEqual(["stopped"]);
    expect(job.job().due).toBeUndefined();
    job.pass(HOUR_MS);
    expect(job.told()).toEqual([]);
    job.ask(START);
    job.pass(10 * SECOND_MS);
    expect(job.told("scheduled", "missed", "fired")).toEqual(["scheduled", "fired"]);
  });

  test("goes back there when it is started while it is being stopped", () => {
    const job = up(every(10));
    job.pass(10 * SECOND_MS);
    job.isStubborn = true;
    job.ask(STOP);
    expect(job.states()).toEqual({ "job.1": "stopping" });
    job.ask(START);
    job.told();
    job.end();
    expect(job.told()).toEqual(["exited", "scheduled"]);
  });

  test("is held by the command that started it over all of its runs", () => {
    const job = new Clockwork(every(10));
    job.take({ kind: "lease-taken", lease: { id: "one", pid: 1, startTicks: "1" } });
    job.ask({ ...START, lease: "one" });
    job.pass(10 * SECOND_MS);
    job.end();
    expect(job.job().lease).toBe("one");
    job.take({ kind: "lease-ended", lease: "one" });
    expect(job.states()).toEqual({ "job.1": "stopped" });
  });
});

describe("a run that fails", () => {
  test("is told, and leaves it on its schedule", () => {
    const job = up(every(10));
    job.pass(10 * SECOND_MS);
    job.told();
    job.end(3);
    expect(job.told()).toEqual(["exited", "failed", "scheduled"]);
    const last = { kind: "failed", reason: "exited with code 3" };
    expect(job.job().state).toMatchObject({ kind: "scheduled", last });
    job.pass(10 * SECOND_MS);
    expect(job.told()).toEqual(["fired", ...RUN]);
  });

  test("is tried again by its restart policy, and each time begins a new count", () => {
    const restart = { ...NO_RESTART, policy: "on-failure", max: 1 } as const;
    const job = up({ ...every(10), restart });
    for (let time = 0; time < 3; time += 1) {
      job.pass(10 * SECOND_MS - (job.monoMs % (10 * SECOND_MS)));
      job.end(1);
      expect(job.told("fired", "backoff", "failed")).toEqual(["fired", "backoff"]);
      job.pass(100);
      job.end(1);
      expect(job.told("failed", "scheduled")).toEqual(["failed", "scheduled"]);
    }
  });

  test("leaves those that depend on it waiting for the next", () => {
    const job = up(every(10), { report: { dependsOn: [on("job", "succeeded")] } });
    job.ask(START, "shop/report.1");
    expect(job.states()).toEqual({ "job.1": "scheduled", "report.1": "pending" });
    job.pass(10 * SECOND_MS);
    job.end(1);
    expect(job.states()).toEqual({ "job.1": "scheduled", "report.1": "pending" });
    job.pass(10 * SECOND_MS);
    job.end(0);
    expect(job.states()).toEqual({ "job.1": "scheduled", "report.1": "running" });
  });

  test("is no run where what it depends on cannot be had: it waits for its next time", () => {
    const job = up({ ...every(10), dependsOn: [on("db", "ready")] }, { db: {} });
    job.ask(START, "shop/db.1");
    job.end(1, "shop/db.1");
    job.pass(10 * SECOND_MS);
    expect(job.told("fired", "skipped", "scheduled")).toEqual(["fired", "skipped", "scheduled"]);
    expect(job.job().state).toMatchObject({ kind: "scheduled", last: { kind: "skipped" } });
  });
});

describe("F47: a time that comes while the run before still goes on", () => {
  test("is told to have been missed", () => {
    const job = up(every(10));
    job.pass(25 * SECOND_MS);
    expect(job.told("fired", "missed", "started")).toEqual(["fired", "started", "missed 1"]);
    expect(job.states()).toEqual({ "job.1": "running" });
  });

  test("ends that run where it is to be replaced", () => {
    const job = up(every(10, { overlap: "replace" }));
    job.pass(25 * SECOND_MS);
    const once = ["fired", "started"];
    expect(job.told("fired", "missed", "started")).toEqual([...once, ...once]);
    expect(job.job()).toMatchObject({ generation: 2, restarts: 0 });
  });

  test("is one of another instance where they are allowed beside one another, as long as it lasts", () => {
    const job = up(every(10, { overlap: "allow" }));
    job.pass(25 * SECOND_MS);
    expect(job.told("fired", "missed", "added", "started")).toEqual([
      "fired",
      "started",
      "added",
      "fired",
      "started",
    ]);
    expect(job.states()).toEqual({ "job.1": "running", "job.2": "running" });
    job.end(0, "shop/job.2");
    expect(job.told()).toEqual(["exited", "completed", "removed"]);
    expect(job.states()).toEqual({ "job.1": "running" });
  });

  test("is missed when there are many beside it already; a stop ends them all", () => {
    const job = up(every(10, { overlap: "allow" }));
    job.pass(125 * SECOND_MS);
    expect(job.told("missed")).toEqual(["missed 1"]);
    expect(Object.keys(job.states())).toHaveLength(11);
    for (const name of Object.keys(job.states())) job.ask(STOP, `shop/${name}` as InstanceId);
    expect(job.states()).toEqual({ "job.1": "stopped" });
  });

  test("is missed while a failed run waits for its restart, unless it replaces that", () => {
    const restart = { ...NO_RESTART, policy: "on-failure" } as const;
    const slow = { ...restart, backoff: { ...restart.backoff, initialMs: 60_000, maxMs: 60_000 } };
    for (const overlap of ["skip", "replace"] as const) {
      const job = up({ ...every(10, { overlap }), restart: slow });
      job.pass(10 * SECOND_MS);
      job.end(1);
      job.told();
      job.pass(10 * SECOND_MS);
      const expected = overlap === "skip" ? ["missed 1"] : ["fired", "started"];
      expect(job.told("missed", "fired", "started")).toEqual(expected);
    }
  });
});

describe("an edit", () => {
  test("of the times counts from now on", () => {
    const job = up(every(3_600));
    job.define(every(10));
    expect(job.told("scheduled")).toEqual(["scheduled"]);
    job.pass(10 * SECOND_MS);
    expect(job.told("fired")).toEqual(["fired"]);
  });

  test("that gives a schedule to what has done its work puts it there, and one to what runs leaves it running", () => {
    const job = up({});
    job.define(every(10));
    expect(job.states()).toEqual({ "job.1": "running" });
    job.end();
    expect(job.states()).toEqual({ "job.1": "scheduled" });
    const done = up({});
    done.end();
    done.define(every(10));
    expect(done.states()).toEqual({ "job.1": "scheduled" });
    const other = up({});
    other.end();
    other.define({ ...every(10), cwd: "/elsewhere" });
    expect(other.states()).toEqual({ "job.1": "scheduled" });
  });

  test("that takes the schedule away makes it a process like the others, which runs", () => {
    const job = up(every(10));
    job.define({});
    expect(job.states()).toEqual({ "job.1": "running" });
    expect(job.job().due).toBeUndefined();
  });

  test("that disables it takes it off its schedule", () => {
    const job = up(every(10));
    job.define({ ...every(10), disabled: true });
    expect(job.states()).toEqual({ "job.1": "stopped" });
  });

  test("of the number of instances leaves those beside alone, and makes them usual ones", () => {
    const job = up(every(10, { overlap: "allow" }));
    job.pass(25 * SECOND_MS);
    job.define(every(10, { overlap: "allow" }));
    expect(job.states()).toEqual({ "job.1": "running", "job.2": "running" });
    job.define({ ...every(10, { overlap: "allow" }), instances: 2 });
    job.end(0, "shop/job.2");
    expect(job.states()).toEqual({ "job.1": "running", "job.2": "scheduled" });
  });
});

describe("restart.cron", () => {
  const job = {
    restart: { ...NO_RESTART, cron: { kind: "cron", cron: "0 4 * * *", timezone: "UTC" } },
  } as const;

  test("restarts what runs, which is no failure", () => {
    const web = up(job);
    web.pass(4 * HOUR_MS);
    expect(web.told("fired", "restarting", "started", "backoff")).toEqual([
      "fired",
      "restarting",
      "started",
    ]);
    expect(web.job()).toMatchObject({ generation: 2, restarts: 0, state: { kind: "running" } });
    web.pass(DAY_MS);
    expect(web.told("fired")).toEqual(["fired"]);
  });

  test("leaves alone what does not run", () => {
    const web = up(job);
    web.end(1);
    web.told();
    web.pass(2 * DAY_MS);
    expect(web.told()).toEqual([]);
    expect(web.job().due).toBeUndefined();
  });

  test("is told to have been missed where a restart is waited for anyway", () => {
    const restart = { ...job.restart, policy: "on-failure" } as const;
    const web = up({
      restart: {
        ...restart,
        backoff: { ...restart.backoff, initialMs: MINUTE_MS, maxMs: MINUTE_MS },
      },
    });
    web.pass(4 * HOUR_MS - SECOND_MS);
    web.end(1);
    web.told();
    web.pass(2 * SECOND_MS);
    expect(web.told("fired", "missed")).toEqual(["missed 1"]);
  });
});
