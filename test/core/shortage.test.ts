/** A start for which the system has no process left: it is tried again, and comes off once there is one. */

import { expect, test } from "bun:test";
import { step } from "../../src/choreographer/step.ts";
import { applyChanges, emptyWorld } from "../../src/core/world.ts";
import type { Effect } from "../../src/model/effects.ts";
import type { Input } from "../../src/model/inputs.ts";
import type { ProcessSpec } from "../../src/model/spec.ts";
import { drawProject } from "../simulation/draw.ts";
import { calendar } from "../../src/platform/calendar.ts";
import { Random } from "../simulation/random.ts";

const ID = "sim/a.1";

test("F50 a start that finds no process left is tried again later, and not counted as the end of anything", () => {
  const world = emptyWorld("/home", "home");
  let nowMs = 1_000;
  const take = (...inputs: Input[]): readonly Effect[] => {
    const { changes, effects } = step(
      world,
      inputs,
      { wallMs: nowMs, monoMs: nowMs },
      0.5,
      calendar,
    );
    applyChanges(world, changes);
    return effects;
  };
  const state = () => world.instances.get(ID)?.state;
  const drawn = drawProject(new Random(1), {
    schedules: false,
    watches: false,
    balance: false,
  });
  const { hooks: _, limits: __, adopt: ___, schedule: ____, ...plain } = drawn.processes["a"]!;
  const backoff = { initialMs: 100, factor: 2, maxMs: 1_000, jitter: 0 };
  const restart = {
    ...plain.restart,
    policy: "on-failure",
    max: 5,
    windowMs: 60_000,
    backoff,
  } as const;
  const a: ProcessSpec = { ...plain, instances: 1, ready: [], restart };
  const spec = { ...drawn, groups: {}, alerts: [], processes: { a: { ...a, groups: [] } } };
  const nobody = { profiles: [], updates: {}, only: null, callerEnv: {}, updateEnv: false };
  take({ kind: "project-defined", spec, ...nobody, prune: false });
  const start = { kind: "start-asked", gated: true, lease: null } as const;
  let spawn = take({ kind: "instances-asked", instances: [ID], request: start });

  for (const delayMs of [100, 200]) {
    const runId = spawn[0]?.kind === "spawn" ? spawn[0].runId : "";
    const error = { code: "EAGAIN", message: "cannot be started: no room", transient: true };
    const report = { kind: "spawn-failed", error } as const;
    expect(take({ kind: "run-reported", instance: ID, runId, report })).toEqual([]);
    expect(state()).toMatchObject({ kind: "backoff", untilMonoMs: nowMs + delayMs });
    nowMs += delayMs;
    spawn = take({ kind: "clock-moved", instances: [ID] });
    expect(spawn).toMatchObject([{ kind: "spawn", instance: ID }]);
  }
  const runId = spawn[0]?.kind === "spawn" ? spawn[0].runId : "";
  const identity = { pid: 7, startTicks: "7" };
  const report = { kind: "spawned", identity, adopted: false } as const;
  take({ kind: "run-reported", instance: ID, runId, report });
  expect(state()).toMatchObject({ kind: "running", run: { pid: 7 } });
});
