/** Events in words. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventName, eventText, eventTime, took } from "../../../src/cli/render/event-text.ts";
import { EVENT_TYPES } from "../../../src/model/events.ts";

const exit = { code: 3, signal: null, oomKilled: false, known: true, cause: "itself" };

test.each([
  ["process.exited", { ...exit, uptimeMs: 9_960.4 }, "exited with code 3 after 10 s"],
  [
    "process.exited",
    { ...exit, code: null, signal: "SIGSEGV", uptimeMs: 0.257 },
    "was ended by SIGSEGV after 0 ms",
  ],
  ["process.exited", { ...exit, oomKilled: true }, "was killed for want of memory"],
  ["process.exited", { ...exit, known: false }, "ended while nobody looked"],
  ["process.started", { pid: 7, generation: 1 }, "started (pid 7)"],
  ["process.ready", { afterMs: 0.2 }, "is ready"],
  ["process.ready", { afterMs: 203.4 }, "is ready after 203 ms"],
  ["process.failed", { reason: "exited with code 3" }, "failed: exited with code 3"],
  [
    "process.backoff",
    { reason: "exited with code 3", delayMs: 1500 },
    "exited with code 3; starts again in 1.5 s",
  ],
  [
    "health.critical",
    { from: "warning", to: "critical", reason: "GET / answered 503", durationMs: 5 },
    "is critical: GET / answered 503",
  ],
  [
    "health.recovered",
    { reason: "GET / answered 503", durationMs: 4_000 },
    "is healthy again after 4 s",
  ],
  ["app.message", { message: "\u001B[2J\u009B2J\na\tb" }, "says ?[2J?2J a b"],
  ["app.title", { a: "\u001B]2;b\u0007" }, "app.title a=?]2;b?"],
  ["scale.changed", { from: 1, to: 3 }, "scaled from 1 to 3"],
  [
    "config.changed",
    { added: ["a", "b"], removed: [], changed: [{ process: "c", keys: ["env"] }] },
    "the configuration changed: added a, b; changed c",
  ],
  [
    "hook.failed",
    { hook: "hooks.afterReady", reason: "exited with code 1: no route" },
    "hooks.afterReady went wrong: exited with code 1: no route",
  ],
  [
    "alert.fired",
    { of: "process.failed", escalated: false, reason: "exited with code 3" },
    "alerts: process.failed: exited with code 3",
  ],
  [
    "alert.fired",
    { of: "health.failed", escalated: true, reason: null },
    "alerts, worse than before: health.failed",
  ],
  [
    "alert.resolved",
    { of: "process.failed", resolvedBy: "process.ready" },
    "alerts no more: process.failed, ended by process.ready",
  ],
  [
    "alert.undelivered",
    { receiver: "webhook", reason: "answered 403" },
    "alerts, and its webhook could not be told: answered 403",
  ],
  ["later.invention", { one: 1, none: null, no: false }, "later.invention one=1"],
])("%s %j is '%s'", (type, data, text) => {
  expect(eventText({ type, data })).toBe(text);
});

test("every type of event is in its page", () => {
  const page = readFileSync(join(import.meta.dir, "../../../docs/events.md"), "utf8");
  const [, table = ""] = page.split("## Types");
  const named = [...table.matchAll(/`([a-z]*\.[a-z]+)`/g)].map(([, type]) => type);
  expect(EVENT_TYPES.filter((type) => !named.includes(type))).toEqual([]);
});

test("no sentence shows what is only inside", () => {
  for (const type of EVENT_TYPES)
    expect(eventText({ type, data: {} })).not.toMatch(/NaN|\[object|\{/);
});

test.each([
  [203.4, "203 ms"],
  [999.6, "1 s"],
  [1_540, "1.5 s"],
  [59_400, "59 s"],
  [192_000, "3m 12s"],
])("%d milliseconds are %s", (ms, text) => {
  expect(took(ms)).toBe(text);
});

test("a time is local, with its day unless that is today's", () => {
  const at = new Date(2026, 0, 31, 9, 5, 7);
  expect(eventTime(at.toISOString(), new Date(2026, 0, 31, 23))).toBe("09:05:07");
  expect(eventTime(at.toISOString(), new Date(2026, 1, 1))).toBe("2026-01-31 09:05:07");
});

test("an event is named after its instance, elsewhere with the project", () => {
  const event = { seq: 1, time: "", type: "", project: "p", runId: null, data: {} };
  expect(eventName({ ...event, process: "api", instance: 1 }, false)).toBe("api");
  expect(eventName({ ...event, process: "api", instance: 2 }, true)).toBe("p/api.2");
  expect(eventName({ ...event, process: "api", instance: 1 }, false, true)).toBe("api.1");
  expect(eventName({ ...event, process: null, instance: null }, false)).toBe("p");
});
