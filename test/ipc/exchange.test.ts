/** What runs say to each other by name and by topic, and what becomes of it. */

import { expect, test } from "bun:test";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { Talk } from "./talk.ts";

test("what is sent to a process comes to each of its instances, in order, and never back", async () => {
  await using talk = new Talk("shop/a.1", "shop/a.2", "shop/b.1");
  const [one, two, other] = await Promise.all(
    (["shop/a.1", "shop/a.2", "shop/b.1"] as const).map((it) => talk.connect(it)),
  );
  other!.say(...[1, 2, 3].map((n) => ({ type: "send", to: "a", data: { n } })), {
    type: "send",
    to: "a",
    data: "last",
    id: "x",
  });
  expect(await other!.next()).toEqual({
    type: "response",
    id: "x",
    result: { delivered: 2, missed: [] },
  });
  for (const receiver of [one!, two!]) {
    for (const data of [{ n: 1 }, { n: 2 }, { n: 3 }, "last"]) {
      expect(await receiver.next()).toEqual({ type: "message", from: "b.1", data });
    }
  }
  expect(await one!.ask({ type: "send", to: "a", id: 1 })).toMatchObject({
    result: { delivered: 1 },
  });
  expect(await two!.next()).toEqual({ type: "message", from: "a.1", data: null });
  expect(one!.heard.filter(({ from }) => from === "a.1")).toEqual([]);
});

test("with `any` each of several is meant in turn, and who takes nothing is passed over", async () => {
  await using talk = new Talk("shop/a.1", "shop/a.2", "shop/a.3", "shop/b.1");
  const first = await talk.connect("shop/a.1");
  const second = await talk.connect("shop/a.2");
  await talk.connect("shop/a.3", { messages: false });
  const sender = await talk.connect("shop/b.1");
  for (let id = 1; id <= 6; id += 1) {
    const { result } = await sender.ask({ type: "send", to: "a", any: true, id });
    expect(result).toEqual({ delivered: 1, missed: [] });
  }
  const count = ({ heard }: typeof first): number => heard.length - 1;
  await eventually("all of them", async () => {
    const value = [count(first), count(second)];
    return { value, done: count(first) + count(second) === 6 && Math.min(...value) >= 2 };
  });
});

test.each([
  { title: "does not exist", to: "nope", code: "PROCESS_NOT_FOUND", says: "'nope'" },
  { title: "does not run", to: "down", code: "NOT_RUNNING", says: "down.1: it does not run" },
  { title: "takes none", to: "deaf", code: "NOT_LISTENING", says: "deaf.1: it takes no messages" },
])("who sends to one who $title is told so, with an id and without", async ({ to, code, says }) => {
  await using talk = new Talk("shop/a.1", "shop/deaf.1", "shop/down.1");
  const sender = await talk.connect("shop/a.1");
  const told = await sender.ask({ type: "send", to, id: 7 });
  expect(told).toMatchObject({ type: "error", id: 7, code });
  expect(told["message"]).toContain(says);
  expect(await sender.ask({ type: "send", to })).toMatchObject({ type: "error", code });
});

test.each([
  { type: "send", data: 1 },
  { type: "send", data: 1, any: true },
  { type: "send", data: 1, replyWithinMs: 60_000 },
  { type: "stream" },
])("who sends to nobody but himself is told so: %p", async (said) => {
  await using talk = new Talk("shop/a.1", "shop/b.1");
  const alone = await talk.connect("shop/a.1");
  const told = await alone.ask({ ...said, to: "a", id: 7 });
  expect(told).toMatchObject({ type: "error", id: 7, code: "PROCESS_NOT_FOUND" });
  expect(told["message"]).toContain("nobody else is called so");
});

test("an answer that is asked for comes from the one that was asked, or says why there is none", async () => {
  await using talk = new Talk("shop/a.1", "shop/b.1", "shop/down.1");
  const asker = await talk.connect("shop/a.1");
  const asked = await talk.connect("shop/b.1");
  const question = { type: "send", to: "b", data: "?", replyWithinMs: 60_000 };
  asker.say({ ...question, id: 1 });
  const { id } = await asked.next();
  asked.say({ type: "response", id, result: [42] });
  expect(await asker.next()).toEqual({ type: "response", id: 1, result: [42] });

  asker.say({ ...question, id: 2 });
  asked.say({ type: "error", id: (await asked.next())["id"], message: "no idea" });
  expect(await asker.next()).toMatchObject({
    id: 2,
    code: "NO_ANSWER",
    message: "b.1 says 'no idea'",
  });

  const late = await asker.ask({ ...question, id: 3, replyWithinMs: 1 });
  expect(late).toMatchObject({ id: 3, code: "NO_ANSWER" });
  const down = await asker.ask({ ...question, to: "down", id: 4 });
  expect(down).toMatchObject({ id: 4, code: "NOT_RUNNING" });
  const nameless = await asker.ask(question);
  expect(nameless).toMatchObject({ type: "error", code: "INVALID_MESSAGE" });

  asker.say({ ...question, id: 5 });
  await asked.next();
  await asked.next();
  asked.socket.terminate();
  expect(await asker.next()).toMatchObject({ id: 5, code: "NO_ANSWER" });
});

test("what is published comes to those of the project that have subscribed, once, until they go", async () => {
  await using talk = new Talk("shop/a.1", "shop/b.1", "shop/c.1", "bank/a.1");
  const publisher = await talk.connect("shop/a.1");
  const exact = await talk.connect("shop/b.1");
  const wide = await talk.connect("shop/c.1");
  const stranger = await talk.connect("bank/a.1");
  const subscribe = async (it: typeof exact, ...topics: readonly string[]): Promise<void> => {
    for (const topic of topics) {
      expect(await it.ask({ type: "subscribe", topic, id: topic })).toMatchObject({ id: topic });
    }
  };
  await subscribe(publisher, "*");
  await subscribe(exact, "order.new");
  await subscribe(wide, "order.*", "*", "order.new");
  await subscribe(stranger, "*");
  const publish = async (topic: string): Promise<unknown> =>
    (await publisher.ask({ type: "publish", topic, data: topic, id: "p" }))["result"];
  expect(await publish("order.new")).toEqual({ delivered: 2 });
  const message = { type: "message", from: "a.1", topic: "order.new", data: "order.new" };
  expect([await exact.next(), await wide.next()]).toEqual([message, message]);
  expect(await publish("order.old.x")).toEqual({ delivered: 1 });
  expect(await wide.next()).toMatchObject({ topic: "order.old.x" });
  await wide.ask({ type: "unsubscribe", topic: "*", id: 1 });
  expect(await publish("orders")).toEqual({ delivered: 0 });
  exact.socket.terminate();
  await eventually("it to be forgotten", async () => {
    const value = await publish("order.new");
    return { value, done: Bun.deepEquals(value, { delivered: 1 }) };
  });
  expect(stranger.heard).toHaveLength(2);
});

test("F57: who does not read is sent no more of what others say, is told how much, and still hears procman", async () => {
  await using talk = new Talk("shop/a.1", "shop/b.1");
  const sender = await talk.connect("shop/a.1");
  const slow = await talk.connect("shop/b.1");
  await slow.ask({ type: "subscribe", topic: "t", id: 1 });
  slow.socket.pause();
  const data = "x".repeat(100_000);
  const publish = async (): Promise<unknown> =>
    (await sender.ask({ type: "publish", topic: "t", data, id: 1 }))["result"];
  await eventually("it to be full", async () => {
    const value = await publish();
    return { value, done: Bun.deepEquals(value, { delivered: 0 }) };
  });
  await publish();
  expect(await sender.ask({ type: "send", to: "b", data, id: 2 })).toMatchObject({
    code: "QUEUE_FULL",
  });
  expect(talk.channels.askToStop("shop/b.1", 0)).toBe(true);
  slow.socket.resume();
  await eventually("the shutdown", async () => ({
    value: slow.heard.length,
    done: slow.heard.at(-1)?.["type"] === "shutdown",
  }));
  // What waited is bounded, beside what the sockets themselves hold.
  const bytes = slow.heard.filter(({ topic }) => topic === "t").length * data.length;
  expect(bytes).toBeLessThan(limits.messagesOfRunsWaitingBytes + 1024 * 1024);
  await publish();
  await eventually("the next", async () => ({
    value: slow.heard.length,
    done: slow.heard.at(-1)?.["leftOut"] === 2,
  }));
});

test("a connection subscribes to so many topics, and a run tells of so many metrics", async () => {
  await using talk = new Talk("shop/a.1");
  const it = await talk.connect("shop/a.1");
  const topics = Array.from({ length: limits.subscriptionsPerConnection }, (_, n) => `t${n}`);
  it.say(...topics.map((topic) => ({ type: "subscribe", topic })));
  expect(await it.ask({ type: "subscribe", topic: "more", id: 1 })).toMatchObject({
    id: 1,
    code: "TOO_MANY_SUBSCRIPTIONS",
  });
  expect(await it.ask({ type: "subscribe", topic: "t0", id: 2 })).toMatchObject({
    id: 2,
    result: null,
  });
  const names = Array.from({ length: limits.metricsPerRun }, (_, n) => `m${n}`);
  it.say(...names.map((name) => ({ type: "metric", name, value: 1 })));
  expect(await it.ask({ type: "metric", name: "more", value: 1 })).toMatchObject({
    code: "TOO_MANY_METRICS",
  });
  it.say({ type: "metric", name: "m0", value: 2 });
  await eventually("the metric", async () => {
    const value = talk.channels.metricsOf("shop/a.1");
    return { value, done: value.length === names.length && value[0]?.value === 2 };
  });
});
