/** Output that its file does not take: when it is thrown away, what is told of it, and where writing begins again. */

import { expect, test } from "bun:test";
import { firstLineOf, Overflow } from "../../src/logs/overflow.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

/** Stuck at second 0, tried again after 5 s. */
function dropping(): Overflow {
  const overflow = new Overflow("drop");
  overflow.stuck(0);
  overflow.stuck(5_000);
  return overflow;
}

test("output waits for five seconds, then it is thrown away; where it is to block the process it waits on", () => {
  const [drop, block] = [new Overflow("drop"), new Overflow("block")];
  for (const overflow of [drop, block]) overflow.stuck(1_000);
  for (const overflow of [drop, block]) overflow.stuck(5_900);
  expect([drop.isDropping, block.isDropping]).toEqual([false, false]);
  for (const overflow of [drop, block]) overflow.stuck(6_000);
  expect([drop.isDropping, block.isDropping]).toEqual([true, false]);
});

test("the file is tried again every 250 ms, and at once when it took something", () => {
  const overflow = dropping();
  expect([overflow.mayTry(5_100), overflow.mayTry(5_250)]).toEqual([false, true]);
  overflow.moved();
  expect([overflow.mayTry(5_100), overflow.isDropping]).toEqual([true, false]);
});

test("every byte thrown away is counted once, and its beginning and its end are told", () => {
  const overflow = dropping();
  expect(overflow.news(5_000)).toBeNull();
  overflow.threwAway(bytes("one\n"));
  expect(overflow.news(5_000)).toEqual({ bytes: 4, phase: "begun", totalBytes: 4 });
  overflow.threwAway(bytes("tw"));
  expect(overflow.news(5_100)).toBeNull(); // So soon only the count goes on.
  overflow.threwAway(bytes("o"));
  expect(overflow.news(5_250)).toEqual({ bytes: 3, phase: "going-on", totalBytes: 7 });
  expect(overflow.news(5_500)).toBeNull();
  overflow.threwAway(bytes("\n"));
  overflow.moved();
  expect(overflow.news(5_501)).toEqual({ bytes: 1, phase: "ended", totalBytes: 8 });
  expect(overflow.news(5_502)).toBeNull();
});

test("what a drain gives up is told as one loss that is over", () => {
  const overflow = new Overflow("block");
  overflow.stuck(0);
  overflow.threwAway(bytes("rest"));
  expect(overflow.end()).toEqual({ bytes: 4, phase: "ended", totalBytes: 4 });
});

test.each([
  // The file so far, what was thrown away, what waits, what the file is then.
  ["one\n", "two\n", "three\n", "one\nthree\n"],
  ["one\n", "tw", "o\nthree\n", "one\nthree\n"],
  ["on", "e\ntw", "o\nthree\n", "on\nthree\n"],
  ["on", "e\n", "two\nthree\n", "on\nthree\n"],
])("the file %j, thrown away %j, waiting %j: %j", (file, thrown, waiting, expected) => {
  const overflow = dropping();
  overflow.threwAway(bytes(thrown));
  const skipped = overflow.bytesToSkip(file.endsWith("\n"), firstLineOf(bytes(waiting)));
  expect(file + waiting.slice(skipped)).toBe(expected);
});

test("output without line ends is not thrown away for ever in search of one", () => {
  const overflow = dropping();
  let skipped = 0;
  for (let nth = 0; nth < 100; nth += 1) {
    const chunk = Buffer.alloc(4096, "x");
    const skip = overflow.bytesToSkip(false, firstLineOf(chunk));
    overflow.threwAway(chunk.subarray(0, skip));
    skipped += skip;
  }
  expect(skipped).toBe(17 * 4096);
});
