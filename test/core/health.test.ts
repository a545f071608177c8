/** The verdict on a run by its health probes, answer by answer. */

import { expect, test } from "bun:test";
import { afterAnswer, unprobed } from "../../src/core/health.ts";
import type { HealthProbe, LogMeaning } from "../../src/model/probe.ts";

const PROBE: HealthProbe = {
  kind: "tcp",
  address: "1",
  intervalMs: 1,
  timeoutMs: 1,
  startPeriodMs: 0,
  failureThreshold: 3,
};

/** `F` and `S` are answers of the first probe, `f` and `s` of the second; `w`, `c`, `x` lines of output. */
function levels(answers: string, ...probes: readonly HealthProbe[]): string {
  let health = unprobed(probes, { wallMs: 0, monoMs: 0 });
  const meanings: Record<string, LogMeaning> = { w: "warning", c: "critical", x: "failed" };
  return answers
    .split("")
    .map((letter, at) => {
      const probe = letter === letter.toUpperCase() || letter in meanings ? 0 : 1;
      const passed = letter.toUpperCase() === "S";
      const means = meanings[letter] ?? null;
      const report = { kind: "probed", probe, passed, means, answer: `answer ${at}` } as const;
      const now = { wallMs: at, monoMs: at };
      health = afterAnswer(health, report, probes[probe]!, at, now);
      return health.level;
    })
    .join(" ");
}

const ROWS = [
  ["the first success makes it healthy", "S", {}, "healthy"],
  [
    "each failure is a step, the third is the last",
    "SFFF",
    {},
    "healthy warning critical unhealthy",
  ],
  ["one that never passed fails too", "FFF", {}, "warning critical unhealthy"],
  [
    "F61: flapping never fails it",
    "FSFSFFSFF",
    {},
    "warning healthy warning healthy warning critical healthy warning critical",
  ],
  [
    "with a threshold of 1 the first failure is the last",
    "F",
    { failureThreshold: 1 },
    "unhealthy",
  ],
  ["with a threshold of 2 the worse wins", "FF", { failureThreshold: 2 }, "critical unhealthy"],
  [
    "with a threshold of 5 only the last but one is critical",
    "FFFFF",
    { failureThreshold: 5 },
    "warning warning warning critical unhealthy",
  ],
  [
    "it gets better only when enough successes came in a row, and a success breaks a row of failures",
    "FFSFSS",
    { successThreshold: 2 },
    "warning critical critical critical critical healthy",
  ],
  ["it can recover from unhealthy", "FFFS", {}, "warning critical unhealthy healthy"],
  [
    "failures in the start period do not count",
    "FFFFFFF",
    { startPeriodMs: 4 },
    "starting starting starting starting warning critical unhealthy",
  ],
  [
    "a line of trouble says what it says, however often",
    "Swwww",
    {},
    "healthy warning warning warning warning",
  ],
  ["a line of trouble never makes it better", "ScwS", {}, "healthy critical critical healthy"],
  ["a line can fail it at once", "Sx", {}, "healthy unhealthy"],
] as const;

test.each(ROWS)("%s: %s", (_, answers, changes, expected) => {
  expect(levels(answers, { ...PROBE, ...changes })).toBe(expected);
});

const RESOURCE: HealthProbe = {
  kind: "resource",
  memory: { warning: 1, critical: 2, unhealthy: 3 },
  intervalMs: 1,
  timeoutMs: 1,
  startPeriodMs: 0,
  failureThreshold: 3,
};

test.each([
  [
    "what is used is the level, for better or worse",
    "Swcw S",
    "healthy warning critical warning healthy",
  ],
  ["what is unhealthy fails it after so many in a row", "xxx", "critical critical unhealthy"],
  ["what is less breaks the row", "xxcxxw", "critical critical critical critical critical warning"],
  [
    "it can recover from unhealthy, step by step",
    "xxxcS",
    "critical critical unhealthy critical healthy",
  ],
])("a resource probe: %s", (_, answers, expected) => {
  expect(levels(answers.replaceAll(" ", ""), RESOURCE)).toBe(expected);
});

test("of several probes the worst counts, and all have to pass", () => {
  expect(levels("SsFfSs", PROBE, PROBE)).toBe("starting healthy warning warning warning healthy");
});

test("what is said against it is what was last said, and how often", () => {
  let health = unprobed([PROBE], { wallMs: 0, monoMs: 0 });
  const say = (passed: boolean, answer: string, monoMs: number): void => {
    const report = { kind: "probed", probe: 0, passed, means: null, answer } as const;
    health = afterAnswer(health, report, PROBE, monoMs, { wallMs: 1_000 + monoMs, monoMs });
  };
  say(false, "it answered 500", 5);
  expect(health).toMatchObject({ reason: "it answered 500", sinceMonoMs: 5, sinceMs: 1_005 });
  say(false, "it answered 503", 9);
  expect(health.reason).toBe("it answered 503 (2 failures in a row)");
  expect(health.unwellSinceMonoMs).toBe(5);
  say(true, "it answered 200", 12);
  expect(health).toMatchObject({ level: "healthy", reason: null, unwellSinceMonoMs: null });
});

test("an answer that changes nothing changes no object, and so nothing is written", () => {
  const now = { wallMs: 0, monoMs: 0 };
  const good = { kind: "probed", probe: 0, passed: true, means: null, answer: "" } as const;
  const bad = { ...good, passed: false };
  const well = afterAnswer(unprobed([PROBE], now), good, PROBE, 0, now);
  expect(afterAnswer(well, good, PROBE, 0, now)).toBe(well);
  const dead = [bad, bad, bad].reduce((it, report) => afterAnswer(it, report, PROBE, 0, now), well);
  expect(afterAnswer(dead, bad, PROBE, 0, now)).toBe(dead);
  expect(afterAnswer(well, { ...bad, probe: 7 }, PROBE, 0, now)).toBe(well);
});
