/** Alerts: what opens, lasts, becomes worse and ends, and that nobody is told twice or too soon. */

import { describe, expect, test } from "bun:test";
import type { Happening } from "../../src/core/alert-conditions.ts";
import type { AlertRule } from "../../src/model/spec.ts";
import { Life, rule } from "./alert-life.ts";

/** What was told, as "fired process.failed" and "resolved process.failed by process.ready". */
function lived(
  given: Partial<AlertRule>,
  ...steps: (string | number | readonly [string, Partial<Happening>])[]
) {
  const life = new Life(rule(given));
  for (const step of steps) {
    if (typeof step === "number") life.wait(step);
    else if (typeof step === "string") life.hear(step);
    else life.hear(...step);
  }
  return life.told.map(({ status, about, escalated, resolvedBy }) =>
    [
      status,
      about.type,
      ...(escalated ? ["worse"] : []),
      ...(resolvedBy === null ? [] : ["by", resolvedBy]),
    ].join(" "),
  );
}

const FAILED = ["process.failed"];
const HEALTH = ["health.*"];
const fired = "fired process.failed";
const mended = "resolved process.failed by process.ready";
const run = (runId: string) => ({ runId });
const uses = (metric: string) => ({ data: { metric } });
const dropped = (stream: string, isOver: boolean) => ({ data: { stream, isOver } });

describe("an alert", () => {
  test.each<[string, Partial<AlertRule>, Parameters<typeof lived>[1][], string[]]>([
    [
      "is fired once while it lasts",
      { on: FAILED },
      ["process.failed", "process.pending", "process.failed"],
      [fired],
    ],
    [
      "is resolved when it is over",
      { on: FAILED },
      ["process.failed", "process.ready"],
      [fired, mended],
    ],
    [
      "is fired again after that",
      { on: FAILED },
      ["process.failed", "process.ready", "process.failed"],
      [fired, mended, fired],
    ],
    [
      "is not about what its rule does not name",
      { on: FAILED },
      ["process.backoff", "health.critical"],
      [],
    ],
    [
      "is resolved by the first verdict of probes that were edited meanwhile",
      { on: ["health.critical"] },
      ["health.critical", "health.healthy"],
      ["fired health.critical", "resolved health.critical by health.healthy"],
    ],
    [
      "is resolved when its process is removed",
      { on: FAILED },
      ["process.failed", "process.removed"],
      [fired, "resolved process.failed by process.removed"],
    ],
    ["waits until it has lasted", { on: FAILED, forMs: 100 }, ["process.failed", 99], []],
    ["is fired when it has lasted", { on: FAILED, forMs: 100 }, ["process.failed", 100], [fired]],
    [
      "is silent about what passes before",
      { on: FAILED, forMs: 100 },
      ["process.failed", 99, "process.ready", 500],
      [],
    ],
    [
      "waits anew when it begins anew",
      { on: FAILED, forMs: 100 },
      ["process.failed", 60, "process.ready", "process.failed", 99],
      [],
    ],
    [
      "is not put off by being told again",
      { on: FAILED, forMs: 100 },
      ["process.failed", 60, "process.failed", 40],
      [fired],
    ],
    [
      "keeps the cooldown",
      { on: FAILED, cooldownMs: 100 },
      ["process.failed", "process.ready", "process.failed", 99],
      [fired, mended],
    ],
    [
      "that lasts is told when the cooldown is over",
      { on: FAILED, cooldownMs: 100 },
      ["process.failed", "process.ready", "process.failed", 100],
      [fired, mended, fired],
    ],
    [
      "that is over by then is not",
      { on: FAILED, cooldownMs: 100 },
      ["process.failed", "process.ready", "process.failed", "process.ready", 200],
      [fired, mended],
    ],
    [
      "tells that it became worse",
      { on: HEALTH },
      ["health.warning", "health.critical", "health.warning", "health.critical"],
      ["fired health.warning", "fired health.critical worse"],
    ],
    [
      "that became worse goes on when the rule does not name it",
      { on: ["health.critical"] },
      ["health.critical", "health.failed"],
      ["fired health.critical"],
    ],
    [
      "is over when it eases to less than the rule names",
      { on: ["health.critical"] },
      ["health.critical", "health.warning"],
      ["fired health.critical", "resolved health.critical by health.warning"],
    ],
    [
      "of a run outlives the readiness of that run",
      { on: HEALTH },
      ["health.critical", ["process.ready", run("1")]],
      ["fired health.critical"],
    ],
    [
      "of a run is over when the next one is ready",
      { on: HEALTH },
      ["health.critical", ["process.ready", run("2")]],
      ["fired health.critical", "resolved health.critical by process.ready"],
    ],
    [
      "of several conditions is over with the last",
      { on: ["health.*", "log.dropped"] },
      [
        "health.critical",
        ["log.dropped", dropped("stdout", false)],
        "health.recovered",
        ["log.dropped", dropped("stdout", true)],
      ],
      ["fired health.critical", "resolved health.critical by log.dropped"],
    ],
    [
      "knows the streams apart",
      { on: ["log.dropped"] },
      [
        ["log.dropped", dropped("stdout", false)],
        ["log.dropped", dropped("stderr", true)],
      ],
      ["fired log.dropped"],
    ],
    [
      "knows memory and CPU time apart",
      { on: ["resource.*"] },
      [
        ["resource.critical", uses("memory")],
        ["resource.warning", uses("cpu")],
        ["resource.recovered", uses("cpu")],
        ["resource.recovered", uses("memory")],
      ],
      ["fired resource.critical", "resolved resource.critical by resource.recovered"],
    ],
    [
      "of dropped output is over with its run",
      { on: ["log.*"] },
      [["log.dropped", dropped("stdout", false)], "process.exited"],
      ["fired log.dropped", "resolved log.dropped by process.exited"],
    ],
    [
      "about what is over at once is told at once, each time",
      { on: ["process.started"], forMs: 100 },
      ["process.started", "process.started"],
      ["fired process.started", "fired process.started"],
    ],
    [
      "about what is over at once keeps the cooldown of its type",
      { on: ["process.st*"], cooldownMs: 100 },
      ["process.started", "process.started", "process.stopped", 100, "process.started"],
      ["fired process.started", "fired process.stopped", "fired process.started"],
    ],
    [
      "that an event ends is not told of that event as well",
      { on: ["*"] },
      ["process.failed", "process.ready", "process.ready"],
      [fired, mended, "fired process.ready"],
    ],
  ])("%s", (_, given, steps, expected) => {
    expect(lived(given, ...steps)).toEqual(expected);
  });

  test("has one id from firing to resolving, and another one the next time", () => {
    const life = new Life(rule({ on: HEALTH }));
    for (const type of ["health.warning", "health.critical", "health.recovered", "health.warning"])
      life.hear(type);
    const [first, worse, over, second] = life.told.map(({ id }) => id);
    expect([worse, over]).toEqual([first, first]);
    expect(second).not.toBe(first);
  });

  test("leaves nothing behind when it is over", () => {
    const life = new Life(rule({ on: FAILED, cooldownMs: 100 }));
    life.hear("process.failed");
    life.hear("process.ready");
    expect(life.alert).not.toBeNull();
    life.wait(100);
    expect(life.alert).toBeNull();
  });
});
