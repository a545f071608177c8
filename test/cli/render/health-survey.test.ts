/** The table of `health`. */

import { expect, test } from "bun:test";
import { healthTable } from "../../../src/cli/render/health-survey.ts";
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
