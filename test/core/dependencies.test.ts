/** What becomes of a dependent by the state of what it depends on: every condition in every state. */

import { expect, test } from "bun:test";
import { dependencyVerdict } from "../../src/core/dependencies.ts";
import type { Dependency, DependencyCondition } from "../../src/model/spec.ts";
import type { Exit, Instance, InstanceState } from "../../src/model/state.ts";

const CONDITIONS: readonly DependencyCondition[] = [
  "started",
  "ready",
  "healthy",
  "completed",
  "succeeded",
];

const run = {
  id: "r",
  generation: 1,
  pid: 1,
  startTicks: "1",
  startedAtMs: 0,
  startedMonoMs: 0,
  readyAtMs: 0,
  adopted: false,
};
const exit: Exit = { code: 1, signal: null, oomKilled: false, known: true, atMs: 0 };
const unwell = {
  level: "unhealthy",
  reason: "it is ill",
  sinceMs: 0,
  startPeriodOverMonoMs: 0,
  probes: [],
};

/** For each condition: `met`, `wait`, or `no` when it cannot come true any more. */
const TABLE: readonly (readonly [string, object, Exit | null, string])[] = [
  //                                                                          started ready healthy completed succeeded
  [
    "waits itself",
    { kind: "pending" },
    null,
    "                                  wait wait wait wait wait",
  ],
  [
    "is being started",
    { kind: "starting", run },
    null,
    "                        met  wait wait wait wait",
  ],
  [
    "runs, and nothing probes its health",
    { kind: "running", run },
    null,
    "      met  met  met  wait wait",
  ],
  [
    "runs and is ill",
    { kind: "running", run, health: unwell },
    null,
    "          met  met  wait wait wait",
  ],
  [
    "waits for its next try",
    { kind: "backoff", reason: "x" },
    exit,
    "           wait wait wait wait wait",
  ],
  [
    "ends",
    { kind: "stopping", run },
    null,
    "                                    wait wait wait wait wait",
  ],
  [
    "has completed",
    { kind: "completed" },
    exit,
    "                               met  met  met  met  met",
  ],
  [
    "has failed with a code",
    { kind: "failed", reason: "exited with code 1" },
    exit,
    "no no no met no",
  ],
  ["could not be started", { kind: "failed", reason: "no such command" }, null, "no no no no no"],
  ["was skipped", { kind: "skipped", reason: "its own fault" }, null, "          no no no no no"],
  [
    "was stopped",
    { kind: "stopped", reason: null },
    exit,
    "                     wait wait wait wait wait",
  ],
  [
    "was killed",
    { kind: "killed", reason: null },
    exit,
    "                       wait wait wait wait wait",
  ],
];

function verdict(dependency: Dependency, state: object, lastExit: Exit | null, monoMs = 0) {
  const instance = { process: "dep", state: state as InstanceState, lastExit } as Instance;
  const view = { monoMs, instancesOf: () => [instance] };
  return dependencyVerdict({ dependsOn: [dependency] }, 0, view);
}

const WORDS = { met: "met", wait: "wait", impossible: "no" } as const;

for (const [what, state, lastExit, row] of TABLE) {
  test(`F63: a dependency that ${what} decides by its condition, and only where it is required`, () => {
    const expected = row.trim().split(/ +/);
    for (const restart of [false, true]) {
      const base = { process: "dep", timeoutMs: null, restart };
      const required = CONDITIONS.map((condition) =>
        verdict({ ...base, condition, required: true }, state, lastExit),
      );
      expect(required.map(({ kind }): string => WORDS[kind])).toEqual(expected);
      const optional = CONDITIONS.map((condition) =>
        verdict({ ...base, condition, required: false }, state, lastExit),
      );
      // What cannot come true is gone without; what may is waited for all the same.
      expect(optional.map(({ kind }): string => WORDS[kind])).toEqual(
        expected.map((word) => (word === "no" ? "met" : word)),
      );
    }
  });
}

test("F63: a dependency that takes too long counts as one that cannot be met", () => {
  for (const condition of CONDITIONS) {
    const slow = { process: "dep", condition, timeoutMs: 1_000, restart: false };
    const at = (required: boolean, monoMs: number): string =>
      WORDS[verdict({ ...slow, required }, { kind: "pending" }, null, monoMs).kind];
    expect([at(true, 999), at(true, 1_000)]).toEqual(["wait", "no"]);
    expect([at(false, 999), at(false, 1_000)]).toEqual(["wait", "met"]);
  }
});
