/** When a change of watched files is acted on, and when it is too much. */

import { describe, expect, test } from "bun:test";
import { changeDueMonoMs, streakAfter, suspensionReason } from "../../src/core/file-changes.ts";
import type { InstanceState, StateKind } from "../../src/model/state.ts";
import type { FileChange, WatchAction, WatchStreak } from "../../src/model/watch.ts";

const RESTART: WatchAction = { kind: "restart" };
const SIGNAL: WatchAction = { kind: "signal", signal: "SIGHUP" };
const EXEC: WatchAction = { kind: "exec", line: "build" };

function due(kind: StateKind, action: WatchAction, firstMonoMs = 1_000, lastMonoMs = 1_000) {
  const watch = { paths: ["/p"], include: [], exclude: [], debounceMs: 200, action };
  const change = { firstMonoMs, lastMonoMs, files: ["a"], count: 1 };
  // Of the state only its kind is looked at.
  return changeDueMonoMs({ change, state: { kind } as InstanceState }, { watch });
}

describe("what has changed has settled", () => {
  test.each<[string, number | null, number | null]>([
    ["when nothing has changed for the debounce", due("running", RESTART), 1_200],
    ["which begins anew with each change", due("running", RESTART, 1_000, 1_900), 2_100],
    ["F68: but not for ever", due("running", RESTART, 1_000, 9_000), 3_000],
    ["for what has failed, too", due("failed", RESTART), 1_200],
    ["for what has completed", due("completed", EXEC), 1_200],
    ["for what waits for its restart", due("backoff", RESTART), 1_200],
    ["for what is not ready yet", due("starting", RESTART), 1_200],
    ["but a signal waits until it is", due("starting", SIGNAL), null],
    ["not while it is being spawned", due("spawning", RESTART), null],
    ["not while it ends", due("stopping", RESTART), null],
    ["nor while it leaves", due("leaving", RESTART), null],
  ])("%s", (_, found, wanted) => expect(found).toBe(wanted));
});

/** What a row of changes, each at that time after the start that the one before had led to, comes to. */
function streakOf(...changes: readonly (readonly [afterMs: number, ...files: string[]])[]) {
  let streak: WatchStreak | undefined;
  let nowMs = 0;
  for (const [afterMs, ...files] of changes) {
    const startMonoMs = nowMs + 300;
    const atMs = startMonoMs + afterMs;
    const change: FileChange = { firstMonoMs: atMs, lastMonoMs: atMs, files, count: files.length };
    nowMs = atMs + 200;
    streak = streakAfter(streak, change, [startMonoMs], { monoMs: nowMs, wallMs: nowMs });
  }
  return streak!;
}

const often = (count: number, change: readonly [number, ...string[]]) =>
  Array.from({ length: count }, () => change);

/** A new file each time, at times that are drawn on one after the other. */
const anew = (count: number, ...afterMs: readonly number[]) =>
  Array.from(
    { length: count },
    (_, index) => [afterMs[index % afterMs.length] ?? 0, `cache-${index}`] as const,
  );

describe("what seems to change its own files", () => {
  test.each<[string, WatchStreak, number]>([
    ["does so as long after each start", streakOf(...often(9, [1_200, "f"])), 8],
    ["give or take a little", streakOf([9, "f"], [100, "f"], [450, "f"], [90, "f"], [300, "f"]), 4],
    ["among others", streakOf([9, "f"], [100, "a", "f"], [100, "a", "b", "f"], [100, "a", "c"]), 3],
    ["somebody who edits does not", streakOf([9, "f"], [900, "f"], [4_000, "f"], [200, "f"]), 1],
    ["another file begins another row", streakOf([9, "f"], [900, "f"], [900, "g"]), 1],
    ["nor is what comes late its doing", streakOf([9, "f"], ...often(8, [61_000, "f"])), 0],
  ])("%s", (_, { times }, wanted) => expect(times).toBe(wanted));

  test("is suspended after eight times, and the reason names the file", () => {
    expect(suspensionReason(streakOf(...often(8, [1_234, "src/cache.json"])))).toBeNull();
    expect(suspensionReason(streakOf(...often(9, [1_234, "src/cache.json"])))).toBe(
      "it seems to change what it watches itself: src/cache.json changed 8 times in a row, each about 1200ms after it was started",
    );
  });

  test.each<[string, WatchStreak, number]>([
    ["counts", streakOf(...anew(9, 1_200)), 8],
    ["also with the same ones among them", streakOf(...anew(2, 50), [50, "f"], [50, "f"]), 3],
    ["give or take a tenth of a second", streakOf(...anew(5, 310, 300, 400, 200)), 4],
    ["or a tenth of a longer time", streakOf(...anew(5, 8_200, 9_000, 9_800)), 4],
    ["somebody who edits is not that regular", streakOf(...anew(8, 900, 1_300, 600)), 1],
    ["nor is what comes late its doing", streakOf(...anew(9, 61_000)), 0],
  ])("a new file each time, as long after each start: %s", (_, { steady }, wanted) =>
    expect(steady?.times ?? 0).toBe(wanted),
  );

  test("what writes a new file each time is suspended after 16 times, and the reason names the newest", () => {
    expect(suspensionReason(streakOf(...anew(16, 1_234)))).toBeNull();
    expect(suspensionReason(streakOf(...anew(17, 1_234)))).toBe(
      "it seems to change what it watches itself: files changed 16 times in a row, each about 1200ms after it was started, last cache-16",
    );
  });

  test("what a registry of an earlier version has stored is counted on", () => {
    const { steady: _, ...earlier } = streakOf(...often(4, [500, "f"]));
    const change = { firstMonoMs: 10_500, lastMonoMs: 10_500, files: ["f"], count: 1 };
    const streak = streakAfter(earlier, change, [10_000], { monoMs: 10_700, wallMs: 10_700 });
    expect([streak.times, streak.steady?.times]).toEqual([4, 1]);
  });
});
