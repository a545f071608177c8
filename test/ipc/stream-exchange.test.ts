/** Streams from run to run: their credit, their ends, and what breaks them. */

import { expect, test } from "bun:test";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { Talk, type Talker } from "./talk.ts";

const CREDIT = limits.streamCredit;

async function pair(talk: Talk): Promise<{ sender: Talker; receiver: Talker; id: unknown }> {
  const sender = await talk.connect("shop/a.1");
  const receiver = await talk.connect("shop/b.1", { streams: true });
  expect(await sender.ask({ type: "stream", id: "s", to: "b" })).toEqual({
    type: "credit",
    id: "s",
    n: CREDIT,
  });
  const { id, ...opening } = await receiver.next();
  expect(opening).toEqual({ type: "stream", from: "a.1" });
  return { sender, receiver, id };
}

const talkOfTwo = (): Talk => new Talk("shop/a.1", "shop/b.1");

test("chunks come in order, credit comes back as they are dealt with, and the end is answered", async () => {
  await using talk = talkOfTwo();
  const { sender, receiver, id } = await pair(talk);
  for (let n = 0; n < 3 * CREDIT; n += 1) {
    sender.say({ type: "stream", id: "s", data: n });
    expect(await receiver.next()).toEqual({ type: "stream", id, data: n });
    receiver.say({ type: "credit", id, n: 1 });
    expect(await sender.next()).toEqual({ type: "credit", id: "s", n: 1 });
  }
  sender.say({ type: "stream", id: "s", data: null, end: true });
  expect(await receiver.next()).toEqual({ type: "stream", id, data: null, end: true });
  receiver.say({ type: "response", id, result: "all" });
  expect(await sender.next()).toEqual({ type: "response", id: "s", result: "all" });
});

test("more credit than is spent is not given", async () => {
  await using talk = talkOfTwo();
  const { sender, receiver, id } = await pair(talk);
  sender.say({ type: "stream", id: "s", data: 1 });
  await receiver.next();
  receiver.say({ type: "credit", id, n: 1_000_000 });
  expect(await sender.next()).toEqual({ type: "credit", id: "s", n: 1 });
});

test.each([
  {
    title: "more is sent than there is credit for",
    act: ({ sender }: Two) =>
      sender.say(
        ...Array.from({ length: CREDIT + 1 }, () => ({ type: "stream", id: "s", data: 1 })),
      ),
    sender: { type: "error", id: "s", code: "NO_CREDIT" },
    receiver: "its credit was spent",
  },
  {
    title: "a chunk is too long",
    act: ({ sender }: Two) =>
      sender.say({ type: "stream", id: "s", data: "x".repeat(limits.streamChunkBytes + 1_000) }),
    sender: { type: "error", id: "s", code: "TOO_LARGE" },
    receiver: "a chunk may have up to 32 KiB",
  },
  {
    title: "its receiver refuses",
    act: ({ receiver, id }: Two) => receiver.say({ type: "error", id, message: "enough" }),
    sender: { type: "error", id: "s", code: "STREAM_BROKEN", message: "enough" },
    receiver: null,
  },
  {
    title: "its sender gives up",
    act: ({ sender }: Two) => sender.say({ type: "stream", id: "s", error: "never mind" }),
    sender: null,
    receiver: "never mind",
  },
  {
    title: "its receiver goes",
    act: ({ receiver }: Two) => receiver.socket.terminate(),
    sender: { type: "error", id: "s", code: "STREAM_BROKEN", message: "its receiver has gone" },
    receiver: null,
  },
  {
    title: "its sender goes",
    act: ({ sender }: Two) => sender.socket.terminate(),
    sender: null,
    receiver: "its sender has gone",
  },
])("F57: a stream is over for both when $title", async ({ act, sender: told, receiver: error }) => {
  await using talk = talkOfTwo();
  const two = await pair(talk);
  act(two);
  if (told !== null) expect(await two.sender.next()).toMatchObject(told);
  if (error !== null) {
    await eventually("the receiver to be told", async () => {
      const value = two.receiver.heard.at(-1);
      return { value, done: value?.["error"] === error };
    });
  }
  if (told === null) return;
  two.sender.say({ type: "stream", id: "s", data: "late" });
  expect(await two.sender.next()).toMatchObject({ id: "s", code: "STREAM_BROKEN" });
});

interface Two {
  readonly sender: Talker;
  readonly receiver: Talker;
  readonly id: unknown;
}

test("of several instances the one with the fewest streams gets it, and each has so many at most", async () => {
  await using talk = new Talk("shop/a.1", "shop/b.1", "shop/b.2", "shop/c.1", "shop/down.1");
  const sender = await talk.connect("shop/a.1");
  const receivers = [
    await talk.connect("shop/b.1", { streams: true }),
    await talk.connect("shop/b.2", { streams: true }),
  ];
  await talk.connect("shop/c.1");
  for (let id = 1; id <= limits.streamsPerConnection; id += 1) {
    const opened = await sender.ask({ type: "stream", id, to: "b" });
    expect(opened).toMatchObject({ type: "credit", id });
  }
  const each = limits.streamsPerConnection / receivers.length;
  for (const { heard } of receivers) {
    expect(heard.filter(({ type }) => type === "stream")).toHaveLength(each);
  }
  for (const [to, code] of [
    ["b", "TOO_MANY_STREAMS"],
    ["c", "NOT_LISTENING"],
    ["down", "NOT_RUNNING"],
    ["nope", "PROCESS_NOT_FOUND"],
  ]) {
    expect(await sender.ask({ type: "stream", id: "more", to })).toMatchObject({
      id: "more",
      code,
    });
  }
});
