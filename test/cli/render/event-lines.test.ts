/** Events in columns. */

import { expect, test } from "bun:test";
import { painter } from "../../../src/cli/output.ts";
import { EventLines } from "../../../src/cli/render/event-lines.ts";
import type { WireEvent } from "../../../src/protocol/shapes.ts";

const NOW = new Date(2026, 0, 31, 23);

function event(process: string | null, instance: number | null, more: Partial<WireEvent> = {}) {
  const time = new Date(2026, 0, 31, 9, 5, 7).toISOString();
  const type = "process.ready";
  return { seq: 1, time, type, project: "shop", process, instance, runId: null, data: {}, ...more };
}

test("names and sentences line up, and a name has its number as soon as there are two of it", () => {
  const lines = linesOf(120);
  lines.expectName(event("worker", 1));
  lines.expectName(event("worker", 2));
  const yesterday = event("api", 1, { time: new Date(2026, 0, 30, 9, 5, 7).toISOString() });
  lines.expect(yesterday, NOW);
  const shown = [
    event(null, null, { type: "config.changed", data: { added: ["api"] } }),
    yesterday,
    event("worker", 1),
    event("worker", null, { type: "scale.changed", data: { from: 1, to: 2 } }),
  ].map((it) => lines.of(it, NOW));
  expect(shown).toEqual([
    "           09:05:07  shop      the configuration changed: added api",
    "2026-01-30 09:05:07  api       is ready",
    "           09:05:07  worker.1  is ready",
    "           09:05:07  worker    scaled from 1 to 2",
  ]);
});

test("a very long name stands out alone", () => {
  const lines = linesOf(null);
  lines.expectName(event("a".repeat(60), 1));
  expect(lines.of(event("api", 1), NOW)).toBe("09:05:07  api  is ready");
  expect(lines.of(event("a".repeat(60), 1), NOW)).toBe(`09:05:07  ${"a".repeat(60)}  is ready`);
});

test("on a terminal a long sentence goes on below itself, elsewhere it is one line", () => {
  const failed = event("api", 1, {
    type: "process.failed",
    data: { reason: "exited with code 3; restarted 5 times" },
  });
  expect(linesOf(45).of(failed, NOW).split("\n")).toEqual([
    "09:05:07  api  failed: exited with code 3;",
    "               restarted 5 times",
  ]);
  expect(linesOf(null).of(failed, NOW).split("\n")).toHaveLength(1);
});

function linesOf(width: number | null): EventLines {
  return new EventLines({ withProject: false, paint: painter(false), width });
}
