/** `inspect` in a narrow window. */

import { expect, test } from "bun:test";
import { renderInspection } from "../../../src/cli/render/inspection.ts";
import type { Inspection } from "../../../src/protocol/shapes.ts";

const REASON = "exited with code 3; the 3 restarts allowed within 1m are spent";

test("what it says is broken between words; the environment is left as it can be copied", () => {
  const lines = renderInspection(inspection(), 60);
  const isOfEnvironment = (line: string) => line.includes("WORDS");
  for (const line of lines.filter((it) => !isOfEnvironment(it))) {
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
  }
  expect(lines.filter(isOfEnvironment)).toEqual([`  WORDS  ${"word ".repeat(20)}`]);
  // Once as the reason, once as an event: no word of it is lost or torn.
  const told = lines.join(" ").split(/\s+/).join(" ");
  expect(told.split(REASON)).toHaveLength(3);
});

test("without a terminal every line is as wide as it is", () => {
  expect(renderInspection(inspection(), null)).toContain(`  reason     ${REASON}`);
});

test("what it measures of itself is shown with its time", () => {
  const lines = renderInspection(inspection(), null);
  const [title = "", line = ""] = lines.slice(lines.indexOf("metrics:"));
  expect([title, line]).toEqual([
    "metrics:",
    expect.stringMatching(/^ {2}queue\.length 12\.5, at /),
  ]);
});

function inspection(): Inspection {
  const status = {
    id: "shop/api.1",
    state: "failed",
    ready: false,
    health: "none",
    reason: REASON,
    pid: null,
    uptimeMs: null,
    restarts: 0,
    adopted: false,
    cpuPercent: null,
    memoryBytes: null,
    fds: null,
    threads: null,
    net: { connections: null, rxBytes: null, txBytes: null },
    command: "api",
    cwd: "/",
    ports: [],
    groups: [],
    logs: { stdout: "/o", stderr: "/e" },
  };
  const event = { type: "process.failed", time: "2026-01-01T00:00:00.000Z" };
  return {
    status,
    config: { command: { kind: "list", argv: ["api"] } },
    env: { WORDS: "word ".repeat(20) },
    events: [{ ...event, data: { reason: REASON } }],
    metrics: [{ name: "queue.length", value: 12.5, time: "2026-01-01T00:00:00.000Z" }],
    probes: [],
    tree: [],
    listening: [],
    lastExit: null,
    dependsOn: [],
    dependents: [],
  } as unknown as Inspection;
}
