import { expect, test } from "bun:test";
import { connect } from "node:net";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { freePort } from "../free-ports.ts";
import { allOf, Served } from "./served.ts";

/** Says who it is, and ends. */
const named = (name: string) => (socket: { end(text: string): void }) => socket.end(name);

const ask = async (served: Served): Promise<string> => {
  const client = served.client();
  const answer = String(await allOf(client));
  client.end();
  return answer;
};

test("instances take turns, and those that take none are passed over", async () => {
  await using served = new Served();
  for (const name of ["a", "b", "c"]) await served.instance(name, named(name));
  served.open("b", false);
  const answers = [await ask(served), await ask(served), await ask(served), await ask(served)];
  expect(answers.toSorted().join("")).toBe("aacc");
});

test("it listens on both addresses of localhost, and finds instances on either", async () => {
  await using served = new Served();
  await served.instance("a", named("a"), "::1");
  expect(await ask(served)).toBe("a");
  expect(String(await allOf(connect({ port: served.port, host: "::1" })))).toBe("a");
});

test("one that has crashed, which nobody has told yet, is passed over", async () => {
  await using served = new Served();
  await served.instance("a", named("a"));
  await served.instance("b", named("b"));
  await served.crash("a");
  expect([await ask(served), await ask(served), await ask(served)].join("")).toBe("bbb");
});

test("who comes while nobody takes connections waits for the first that does", async () => {
  await using served = new Served();
  await served.instance("a", named("a"));
  served.open("a", false);
  const waiting = [ask(served), ask(served), ask(served)];
  await eventually("them to wait", async () => {
    const value = served.table.counted()[0]?.waiting;
    return { value, done: value === 3 };
  });
  served.open("a", true);
  expect(await Promise.all(waiting)).toEqual(["a", "a", "a"]);
});

test("one that waits and goes is forgotten; those that wait are cut off when the port is given up", async () => {
  await using served = new Served();
  served.serve();
  const [one, other] = [served.client(), served.client()];
  const waiting = (count: number) =>
    eventually(`${count} to wait`, async () => {
      const value = served.table.counted()[0]?.waiting;
      return { value, done: value === count };
    });
  await waiting(2);
  one.resetAndDestroy();
  await waiting(1);
  const end = allOf(other);
  served.table.serve([]);
  expect(await end).toBe("cut");
});

test("connections stay when their port is not served any more, and new ones are refused", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => socket.on("data", (said: Buffer) => socket.write(said)));
  const client = served.client();
  const heard = async (text: string): Promise<string> => {
    client.write(text);
    return String(await new Promise((resolve) => client.once("data", resolve)));
  };
  expect(await heard("one")).toBe("one");
  served.table.serve([]);
  expect(await heard("two")).toBe("two");
  expect(await allOf(served.client())).toBe("cut");
});

test("a port that another has is told by its code, and taken as soon as it is free", async () => {
  await using served = new Served();
  const stranger = Bun.listen({ hostname: "127.0.0.1", port: served.port, socket: { data() {} } });
  expect(served.serve()).toEqual([{ service: "shop/api", code: "EADDRINUSE" }]);
  stranger.stop(true);
  expect(served.serve()).toEqual([]);
  const port = freePort();
  expect(served.serve({ port })).toEqual([]);
  expect(await allOf(served.client())).toBe("cut");
});

test("an instance is drained when nothing is under way to it, whoever is still connected", async () => {
  await using served = new Served();
  const asked = Promise.withResolvers<() => void>();
  await served.instance("a", (socket) => {
    socket.once("data", () => asked.resolve(() => socket.write("done")));
  });
  const client = served.client();
  client.write("work");
  const answer = await asked.promise;
  let isAnswered = false;
  client.once("data", () => {
    isAnswered = true;
  });
  const drained = served.backends.drained("a", 20_000).then(() => isAnswered);
  expect(await Promise.race([drained, Bun.sleep(limits.drainQuietMs * 3)])).toBeUndefined();
  answer();
  expect(await drained).toBe(true);
  expect(served.backends.count).toBe(1);
});

test("one who has connected and said nothing yet is waited for, though not for ever", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => socket.resume());
  served.client();
  await eventually("it to be connected", async () => {
    const value = served.backends.count;
    return { value, done: value === 1 };
  });
  const drained = served.backends.drained("a", 20_000).then(() => "drained");
  expect(await Promise.race([drained, Bun.sleep(limits.drainQuietMs * 2)])).toBeUndefined();
  expect(await drained).toBe("drained");
});

test("a drain that takes too long ends all the same", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => socket.resume());
  const client = served.client();
  client.write("work that is never done");
  await eventually("it to be connected", async () => {
    const value = served.backends.count;
    return { value, done: value === 1 };
  });
  const beganMs = performance.now();
  await served.backends.drained("a", 300);
  expect(performance.now() - beganMs).toBeLessThan(3_000);
});

test("F48: no more connections are taken than there are descriptors for", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => socket.resume());
  const clients = Array.from({ length: 100 }, () => served.client());
  await eventually("as many as may be to be connected", async () => {
    const value = served.backends.count;
    return { value, done: value === 100 };
  });
  expect(await allOf(served.client())).toBe("cut");
  clients[0]?.resetAndDestroy();
  await eventually("one to be gone", async () => {
    const value = served.backends.count;
    return { value, done: value === 99 };
  });
});
