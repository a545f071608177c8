/** Memory that grows and grows, as the daemon finds it in what it remembers. */

import { expect, test } from "bun:test";
import { growthOf } from "../../src/daemon/growth.ts";
import { UseHistory } from "../../src/daemon/use-history.ts";

const MB = 1_000_000;
const MINUTE_MS = 60_000;
const BEGAN_MS = Date.parse("2026-01-01T00:00:00Z");
const ID = "p/a.1";
const UNKNOWN = { fds: null, threads: null, readBytes: null, writeBytes: null, connections: null };

/** Measured every twenty seconds for two hours. */
function historyOf(mb: (minute: number) => number): UseHistory {
  const history = new UseHistory();
  for (let second = 0; second < 7_200; second += 20) {
    const memoryBytes = mb(second / 60) * MB;
    history.note(ID, {
      ...UNKNOWN,
      atMs: BEGAN_MS + second * 1_000,
      memoryBytes,
      cpuPercent: null,
    });
  }
  return history;
}

const foundIn = (history: UseHistory, startedAtMinute: number) =>
  growthOf(
    history,
    ID,
    { startedAtMs: BEGAN_MS + startedAtMinute * MINUTE_MS },
    BEGAN_MS + 120 * MINUTE_MS,
  );

test("a leak is found, with its pace of the last hour", () => {
  const growth = foundIn(
    historyOf((minute) => 100 + minute + 5 * Math.sin(minute)),
    0,
  );
  expect(growth?.bytesPerHour).toBeWithin(55 * MB, 65 * MB);
  expect(growth?.durationMs).toBeWithin(58 * MINUTE_MS, 60 * MINUTE_MS);
});

test("a run is not blamed for the one before it, nor for how it began", () => {
  const leak = historyOf((minute) => 100 + minute);
  expect(foundIn(leak, 85)).toBeNull();
  expect(foundIn(leak, 75)).not.toBeNull();
  const begins = historyOf((minute) => 100 + 20 * Math.min(10, Math.max(0, minute - 70)));
  expect(foundIn(begins, 70)).toBeNull();
});

test("of what was never measured nothing is found", () => {
  expect(foundIn(new UseHistory(), 0)).toBeNull();
});
