/** What a resource probe makes of what was measured. */

import { expect, test } from "bun:test";
import type { ResourceCheck } from "../../src/model/probe.ts";
import { resourceAttempt } from "../../src/platform/probes/resource.ts";
import type { Use } from "../../src/model/use.ts";

const RUN = { runId: "r-1", leader: { pid: 1, startTicks: "1" } };
const memory = { warning: 100_000_000, unhealthy: 300_000_000 };
const cpu = { critical: 80 };

type Row = readonly [
  what: string,
  check: Omit<ResourceCheck, "kind">,
  use: Partial<Use>,
  outcome: object | null,
];

const ROWS: readonly Row[] = [
  ["what is below passes", { memory, cpu }, { memoryBytes: 1_000_000, cpuPercent: 5 }, {}],
  [
    "the worst is told",
    { memory, cpu },
    { memoryBytes: 200_000_000, cpuPercent: 90 },
    { means: "critical", text: "cpu is 90 %, at or above 80 %" },
  ],
  [
    "unhealthy is a failure",
    { memory },
    { memoryBytes: 300_000_000 },
    { means: "failed", text: "memory is 300 MB, at or above 300 MB" },
  ],
  ["what is not known yet says nothing", { cpu }, { cpuPercent: null }, null],
  [
    "nor does it let the rest say that all is well",
    { memory, cpu },
    { memoryBytes: 1_000_000, cpuPercent: null },
    null,
  ],
  [
    "what is too much is told, whatever is not known",
    { memory, cpu },
    { memoryBytes: 150_000_000, cpuPercent: null },
    { means: "warning", text: "memory is 150 MB, at or above 100 MB" },
  ],
];

test.each(ROWS)("%s", async (_, check, use, outcome) => {
  const gauge = { measure: async () => new Map([[RUN.runId, use as Use]]) };
  const attempt = resourceAttempt({ kind: "resource", ...check }, RUN, gauge);
  const found = await attempt(new AbortController().signal);
  if (outcome === null) expect(found).toBeNull();
  else expect(found).toMatchObject({ passed: !("means" in outcome), ...outcome });
});

test("one of which nothing is left is not well", async () => {
  const gauge = { measure: async () => new Map() };
  const attempt = resourceAttempt({ kind: "resource", cpu }, RUN, gauge);
  expect(await attempt(new AbortController().signal)).toMatchObject({ passed: false });
});
