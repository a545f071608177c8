import { expect, test } from "bun:test";
import { eventually } from "../e2e/eventually.ts";
import { allOf, Served } from "./served.ts";

/** No two parts of it are alike. */
const MUCH = Buffer.alloc(24 * 1024 * 1024);
for (let at = 0; at < MUCH.length; at += 512) MUCH.writeUInt32LE(at, at);
const digest = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha1").update(bytes).digest("hex");

const nobodyIsConnected = (served: Served) =>
  eventually("nobody to be connected", async () => {
    const value = served.backends.count;
    return { value, done: value === 0 };
  });

test("much that is sent to a slow server arrives as it was, and its answer after the end", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => {
    const hash = new Bun.CryptoHasher("sha1");
    socket.on("data", (chunk: Buffer) => {
      hash.update(chunk);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on("end", () => socket.end(hash.digest("hex")));
  });
  const client = served.client();
  client.end(MUCH);
  expect(String(await allOf(client))).toBe(digest(MUCH));
  await nobodyIsConnected(served);
}, 30_000);

test("much that a server sends before it closes arrives at a slow client", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => socket.end(MUCH));
  const client = served.client();
  client.on("data", () => {
    client.pause();
    setImmediate(() => client.resume());
  });
  const answer = await allOf(client);
  expect(digest(answer as Buffer)).toBe(digest(MUCH));
  client.end();
  await nobodyIsConnected(served);
}, 30_000);

test("F33: what is sent to one who does not read is not taken in", async () => {
  await using served = new Served();
  let taken = 0;
  await served.instance("a", (socket) => {
    const more = (): void => {
      while (socket.write(MUCH.subarray(0, 1024 * 1024))) taken += 1;
    };
    socket.on("drain", more);
    more();
  });
  const client = served.client();
  client.pause();
  const before = process.memoryUsage.rss();
  await new Promise((resolve) => client.once("connect", resolve));
  // What the kernel holds of two connections is a few megabytes.
  await eventually("the server to be held up", async () => {
    const was = taken;
    await Bun.sleep(100);
    return { value: taken, done: taken === was };
  });
  expect(taken).toBeLessThan(32);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  client.destroy();
  await nobodyIsConnected(served);
}, 30_000);

test("who has ended still hears the other side", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => {
    socket.resume();
    socket.on("end", () => {
      socket.write("still ");
      setImmediate(() => socket.end("here"));
    });
  });
  const client = served.client();
  client.end("bye");
  expect(String(await allOf(client))).toBe("still here");
});

test("who speaks first is heard, whichever side it is", async () => {
  await using served = new Served();
  await served.instance("a", (socket) => {
    socket.write("220 hello\r\n");
    socket.once("data", (said: Buffer) => socket.end(`you said ${String(said)}`));
  });
  const client = served.client();
  client.once("data", () => client.write("HELO"));
  expect(String(await allOf(client))).toBe("220 hello\r\nyou said HELO");
});

test.each(["client", "server"] as const)(
  "a %s that is cut off is cut off for the other",
  async (who) => {
    await using served = new Served();
    const seen = Promise.withResolvers<string>();
    await served.instance("a", (socket) => {
      socket.on("data", () => {
        if (who === "server") socket.resetAndDestroy();
        else socket.write("yes");
      });
      socket.on("error", (error: Error & { code?: string }) => seen.resolve(error.code ?? ""));
    });
    const client = served.client();
    client.on("error", (error: Error & { code?: string }) => seen.resolve(error.code ?? ""));
    client.on("data", () => client.resetAndDestroy());
    client.write("there?");
    expect(await seen.promise).toBe("ECONNRESET");
    await nobodyIsConnected(served);
  },
);
