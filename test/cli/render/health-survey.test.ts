/** What `health` shows. */

import { expect, test } from "bun:test";
import { healthJunit, healthTable } from "../../../src/cli/render/health-survey.ts";
import { painter } from "../../../src/cli/output.ts";

test("a reason is told to its end on any terminal: what to do stands there", () => {
  const since = "2026-01-01T00:00:00.000Z";
  const reason = "port 18080 is taken by python3 (pid 7); stop that, or set another 'port'";
  const row = { id: "p/web.1", state: "failed", health: "none", ready: false, ok: false } as const;
  for (const width of [120, 72, 60, 50, 40]) {
    const lines = healthTable(
      { healthy: false, processes: [{ ...row, reason, since }] },
      { paint: painter(false), width, nowMs: Date.parse(since) },
    );
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
    const column = lines[0]?.indexOf("REASON");
    const told = lines.slice(1).map((line) => line.slice(column).trim());
    expect(told.join(" ")).toBe(reason);
  }
});

test.each([
  ["completed", true, "completed"],
  ["completed", null, "completed"],
  ["stopped", null, "not wanted"],
  ["running", true, "well"],
  ["failed", false, "failed"],
] as const)("the verdict on what is %s, with %s as its answer, is %s", (state, ok, verdict) => {
  const since = "2026-01-01T00:00:00.000Z";
  const row = { id: "p/web.1", state, health: "none", ready: false, ok, reason: null } as const;
  const [, line = ""] = healthTable(
    { healthy: false, processes: [{ ...row, since }] },
    { paint: painter(false), width: null, nowMs: Date.parse(since) },
  );
  expect(line.split(/ {2,}/)[1]).toBe(verdict);
});

test("where nothing is up JUnit says so: whoever reads nothing else must not take it for good", () => {
  const since = "2026-01-01T00:00:00.000Z";
  const row = { state: "stopped", health: "none", ready: false, ok: null, reason: null } as const;
  const processes = [{ ...row, id: "p/web.1", since }];
  const junit = healthJunit({ healthy: false, processes }).join("\n");
  expect(junit).toContain('<testsuites tests="2" failures="1" skipped="1">');
  expect(junit).toContain('<failure message="nothing is up"/>');
});

test("the verdict is not said twice", () => {
  const since = "2026-01-01T00:00:00.000Z";
  const row = { state: "running", health: "critical", ready: true, ok: false } as const;
  const processes = [{ ...row, id: "p/web.1", since, reason: "critical: it is ill" }];
  const junit = healthJunit({ healthy: false, processes }).join("\n");
  expect(junit).toContain('<failure message="critical: it is ill"/>');
});
