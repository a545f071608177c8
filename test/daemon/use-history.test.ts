/** What is remembered of what instances have used: finely of late, coarsely of before, and over a new daemon. */

import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readHistory, writeHistory } from "../../src/daemon/use-history-file.ts";
import { HISTORY_MS, spanOf, thinned, TIERS, UseHistory } from "../../src/daemon/use-history.ts";
import { limits } from "../../src/model/limits.ts";
import type { Use } from "../../src/model/use.ts";

const directory = mkdtempSync(join(tmpdir(), "procman-history-"));
afterAll(() => rmSync(directory, { recursive: true }));

const BEGAN_MS = Date.parse("2026-01-01T00:00:00Z");
const NOTHING = { fds: null, threads: null, readBytes: null, writeBytes: null, connections: null };

function use(second: number, memoryBytes: number | null, cpuPercent: number | null = null): Use {
  return { ...NOTHING, atMs: BEGAN_MS + second * 1_000, memoryBytes, cpuPercent };
}

function historyOf(seconds: number, memory: (second: number) => number, everySeconds = 1) {
  const history = new UseHistory();
  for (let second = 0; second < seconds; second += everySeconds) {
    history.note("p/a.1", use(second, memory(second), second % 100));
  }
  const nowMs = BEGAN_MS + seconds * 1_000;
  const lately = (ms: number) => history.stretches("p/a.1", nowMs - ms, nowMs);
  return { history, lately };
}

test("of the last minutes each measurement is there", () => {
  const { lately } = historyOf(400, (second) => second);
  const last = lately(100_000);
  expect(last.length).toBe(100);
  expect(last.map(({ memory }) => memory?.mean).slice(-3)).toEqual([397, 398, 399]);
  expect(spanOf(last, "cpu")).toEqual({ min: 0, mean: expect.any(Number), max: 99 });
});

test("of what is longer ago the least, the mean and the most of each stretch are", () => {
  const { lately } = historyOf(2_000, (second) => second);
  const last = lately(1_000_000);
  expect(last.length).toBeWithin(50, 52);
  expect(last.at(-1)).toEqual({
    fromMs: BEGAN_MS + 1_980_000,
    memory: { min: 1_980, mean: 1_989.5, max: 1_999 },
    cpu: { min: 80, mean: 89.5, max: 99 },
  });
  expect(spanOf(last, "memory")?.min).toBeWithin(980, 1_001);
});

test("a day of measurements keeps its bounds, and what is older is gone", () => {
  const { history, lately } = historyOf(200_000, (second) => second, 10);
  const all = lately(10 * HISTORY_MS);
  expect(all.length).toBeWithin(TIERS[2].points, TIERS[2].points + 2);
  expect(all[0]?.fromMs).toBeGreaterThan(BEGAN_MS + 200_000_000 - HISTORY_MS - 240_000);
  const path = join(directory, "day");
  writeHistory(path, history);
  expect(statSync(path).size).toBeLessThan(60_000);
});

test("what was not known is not known", () => {
  const history = new UseHistory();
  history.note("p/a.1", use(0, null, null));
  history.note("p/a.1", use(1, 5, null));
  const all = history.stretches("p/a.1", BEGAN_MS, BEGAN_MS + 2_000);
  expect(all.map(({ memory, cpu }) => [memory?.mean ?? null, cpu])).toEqual([
    [null, null],
    [5, null],
  ]);
  expect(spanOf(all, "cpu")).toBeNull();
});

test("thinned, no most and no least is lost", () => {
  const { lately } = historyOf(300, (second) => (second === 123 ? 1_000_000 : second));
  const few = thinned(lately(300_000), 7);
  expect(few.length).toBeLessThanOrEqual(7);
  expect(spanOf(few, "memory")).toMatchObject({ min: 0, max: 1_000_000 });
});

test("instances that are forgotten take their history with them, and there is a bound to them", () => {
  const history = new UseHistory();
  for (let nth = 1; nth <= limits.instancesWithHistory + 1; nth += 1) {
    history.note(`p/a.${nth}`, use(0, 1));
  }
  const isKept = (nth: number): boolean =>
    history.stretches(`p/a.${nth}`, 0, BEGAN_MS + 1_000).length > 0;
  expect([isKept(1), isKept(limits.instancesWithHistory + 1)]).toEqual([true, false]);
  history.keep(new Set(["p/a.2"]));
  expect([isKept(1), isKept(2)]).toEqual([false, true]);
});

test.each([3, 17, 350, 8_000, 100_000])(
  "what was written down after %i seconds is read again, and goes on",
  (seconds) => {
    const { history } = historyOf(seconds, (second) => 4_096 * second, 1);
    const path = join(directory, "history");
    writeHistory(path, history);
    const again = new UseHistory();
    readHistory(path, again);
    const nowMs = BEGAN_MS + seconds * 1_000;
    for (const { everyMs, points } of TIERS) {
      const sinceMs = nowMs - everyMs * points;
      expect(again.stretches("p/a.1", sinceMs, nowMs)).toEqual([
        ...history.stretches("p/a.1", sinceMs, nowMs),
      ]);
    }
    for (let second = seconds; second < seconds + 700; second += 1) {
      for (const one of [history, again]) one.note("p/a.1", use(second, 4_096 * second));
    }
    const laterMs = nowMs + 700_000;
    const span = (of: UseHistory) =>
      spanOf(of.stretches("p/a.1", laterMs - 250_000, laterMs), "memory");
    expect(span(again)).toEqual(span(history));
    expect(readdirSync(directory)).not.toContain("history.new");
  },
);

test.each([
  ["nothing", () => ""],
  ["something else", () => '{"version":2}\nxxxx'],
  ["a part of it", (text: Buffer) => text.subarray(0, text.length - 100)],
  [
    "another bit in it",
    (text: Buffer) => Buffer.from(text).fill(1, text.length - 9, text.length - 1),
  ],
])("a file with %s in it is no history", (_, damage) => {
  const path = join(directory, "damaged");
  writeHistory(path, historyOf(100, (second) => second).history);
  writeFileSync(path, damage(readFileSync(path)));
  const again = new UseHistory();
  readHistory(path, again);
  expect([...again.entries()]).toEqual([]);
});
