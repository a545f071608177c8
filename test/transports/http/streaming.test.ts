import { expect, test } from "bun:test";
import { Heart } from "../../../src/transports/http/heart.ts";
import { streamOf } from "../../../src/transports/http/streaming.ts";

const quiet = { beat: undefined, ended: () => {}, broken: () => {} };

test("F33 a stream is made only as fast as it is read", async () => {
  let made = 0;
  const endless = (async function* () {
    for (;;) yield `${(made += 1)}\n`;
  })();
  const reader = streamOf(endless, quiet).getReader();
  for (let reads = 0; reads < 3; reads += 1) await reader.read();
  await Bun.sleep(5);
  expect(made).toBeLessThanOrEqual(4);
  await reader.cancel();
});

test("what has been read is whole and in order, and its end is told", async () => {
  let ends = 0;
  const chunks = (async function* () {
    for (const chunk of ["a", "b", "c"]) {
      await Bun.sleep(1);
      yield chunk;
    }
  })();
  const stream = streamOf(chunks, { ...quiet, beat: "-", ended: () => (ends += 1) });
  expect(await new Response(stream).text()).toBe("-abc");
  expect(ends).toBe(1);
});

test("whoever leaves ends what was made for him", async () => {
  let isClosed = false;
  let ends = 0;
  const chunks = (async function* () {
    try {
      yield "a";
      await Bun.sleep(1);
      yield "b";
    } finally {
      isClosed = true;
    }
  })();
  const reader = streamOf(chunks, { ...quiet, ended: () => (ends += 1) }).getReader();
  await reader.read();
  await reader.cancel();
  expect([isClosed, ends]).toEqual([true, 1]);
});

test("what breaks is told, and cuts the stream", async () => {
  const told: unknown[] = [];
  const chunks = (async function* () {
    yield "a";
    throw new Error("no more");
  })();
  const stream = streamOf(chunks, { ...quiet, broken: (error) => void told.push(error) });
  expect(new Response(stream).text()).rejects.toThrow("no more");
  await Bun.sleep(1);
  expect(told).toHaveLength(1);
});

test("one clock beats for all, until the last has left", async () => {
  const heart = new Heart(1);
  const beats = [0, 0];
  const first = (): void => void (beats[0]! += 1);
  const second = (): void => void (beats[1]! += 1);
  heart.join(first);
  heart.join(second);
  while (beats[1] === 0) await Bun.sleep(1);
  heart.leave(first);
  const before = beats[0];
  const others = beats[1]!;
  while (beats[1] === others) await Bun.sleep(1);
  heart.leave(second);
  expect(beats[0]).toBe(before);
});
