/** Where start-up time went, worked out from events. */

import { expect, test } from "bun:test";
import { criticalPath, type GraphNode } from "../../src/cli/start-graph.ts";
import { startTimes } from "../../src/cli/start-times.ts";
import type { WireEvent } from "../../src/protocol/shapes.ts";

type Told = readonly [atMs: number, instance: string, type: string];

function events(...told: readonly Told[]): WireEvent[] {
  return told.map(([atMs, name, type], at) => {
    const [process = "", instance = "1"] = name.split(".");
    const time = new Date(atMs).toISOString();
    const shared = { project: "shop", runId: null, data: {} };
    return {
      seq: at + 1,
      time,
      type: `process.${type}`,
      process,
      instance: Number(instance),
      ...shared,
    };
  });
}

const DEPENDS: Readonly<
  Record<string, readonly (readonly [process: string, condition: string])[]>
> = {
  db: [],
  migrate: [["db", "ready"]],
  api: [
    ["db", "ready"],
    ["migrate", "succeeded"],
  ],
  web: [["api", "started"]],
};

function nodes(of: readonly WireEvent[], states: Record<string, GraphNode["states"]> = {}) {
  const times = startTimes(of);
  return Object.entries(DEPENDS).map(([process, dependsOn]): GraphNode => {
    const edges = dependsOn.map(([name, condition]) => ({
      process: name,
      condition,
      required: true,
    }));
    const start = times.get(process) ?? null;
    return {
      process,
      states: states[process] ?? ["running"],
      dependsOn: edges,
      fallback: null,
      start,
    };
  });
}

const COLD: readonly Told[] = [
  [0, "db", "pending"],
  [0, "migrate", "pending"],
  [0, "api", "pending"],
  [0, "web", "pending"],
  [10, "db", "started"],
  [400, "db", "ready"],
  [410, "migrate", "started"],
  [411, "migrate", "ready"],
  [900, "migrate", "exited"],
  [901, "migrate", "completed"],
  [905, "api", "started"],
  [910, "web", "started"],
  [920, "web", "ready"],
  [1_905, "api", "ready"],
];

test("the path goes back over the dependency that was met last", () => {
  const path = criticalPath(nodes(events(...COLD)), 9_999);
  expect(path).toEqual({
    totalMs: 1_905,
    isOver: true,
    steps: [
      { process: "db", atMs: 0, waitedMs: 10, tookMs: 390, until: "ready", tries: 1 },
      { process: "migrate", atMs: 400, waitedMs: 10, tookMs: 491, until: "succeeded", tries: 1 },
      { process: "api", atMs: 901, waitedMs: 4, tookMs: 1_000, until: "ready", tries: 1 },
    ],
  });
});

test("the way to one process, whose dependency only had to be started", () => {
  const path = criticalPath(nodes(events(...COLD)), 9_999, "web");
  expect(path?.totalMs).toBe(920);
  expect(path?.steps.map(({ process, tookMs, until }) => [process, tookMs, until])).toEqual([
    ["db", 390, "ready"],
    ["migrate", 491, "succeeded"],
    ["api", 0, "started"],
    ["web", 10, "ready"],
  ]);
});

test("retries count as part of the start, restarts after it do not, a new start is a new one", () => {
  const crashing: readonly Told[] = [
    [0, "db", "pending"],
    [10, "db", "started"],
    [20, "db", "exited"],
    [20, "db", "backoff"],
    [120, "db", "pending"],
    [130, "db", "started"],
    [500, "db", "ready"],
  ];
  const later: readonly Told[] = [
    [5_000, "db", "exited"],
    [5_000, "db", "backoff"],
    [5_100, "db", "pending"],
    [5_110, "db", "started"],
    [5_900, "db", "ready"],
  ];
  const step = { process: "db", atMs: 0, waitedMs: 10, tookMs: 490, until: "ready", tries: 2 };
  const once = criticalPath(nodes(events(...crashing)), 9_999);
  expect(once?.steps).toEqual([step]);
  expect(criticalPath(nodes(events(...crashing, ...later)), 9_999)).toEqual(once);
  const again: readonly Told[] = [
    [6_000, "db", "stopping"],
    [6_010, "db", "stopped"],
    [7_000, "db", "pending"],
    [7_005, "db", "started"],
    [7_100, "db", "ready"],
  ];
  const path = criticalPath(nodes(events(...crashing, ...later, ...again)), 9_999);
  expect([path?.totalMs, path?.steps[0]?.tries]).toEqual([100, 1]);
});

test("what was up long before is on no path; of several instances the last counts", () => {
  const told: readonly Told[] = [
    [0, "db", "pending"],
    [1, "db", "started"],
    [2, "db", "ready"],
    [60_000, "migrate.1", "pending"],
    [60_000, "migrate.2", "pending"],
    [60_001, "migrate.1", "started"],
    [60_100, "migrate.1", "ready"],
    [60_200, "migrate.2", "started"],
    [60_400, "migrate.2", "ready"],
  ];
  const path = criticalPath(nodes(events(...told)), 99_999);
  expect(path).toMatchObject({ totalMs: 400, steps: [{ process: "migrate", waitedMs: 1 }] });
});

test("a start that is not over goes on until now; one that failed or never began is none", () => {
  const told: readonly Told[] = [
    [0, "db", "pending"],
    [10, "db", "started"],
  ];
  const open = criticalPath(nodes(events(...told), { db: ["starting"] }), 3_000);
  expect(open).toMatchObject({ isOver: false, totalMs: 3_000, steps: [{ process: "db" }] });
  expect(criticalPath(nodes(events(...told), { db: ["failed"] }), 3_000)).toBe(null);
  expect(criticalPath(nodes([]), 3_000)).toBe(null);
});
