import { expect, test } from "bun:test";
import { UnderWay } from "../../../src/transports/under-way.ts";
import { callsOf } from "../../../src/transports/http/calls.ts";
import { FakeHttp } from "./fake.ts";

function endless() {
  let hasEnded = false;
  async function* pages() {
    try {
      for (;;) yield "{}\n";
    } finally {
      hasEnded = true;
    }
  }
  return { pages, hasEnded: () => hasEnded };
}

test("what a stream is made from ends with the request, however little of it was read", async () => {
  const { pages, hasEnded } = endless();
  const gone = new AbortController();
  const dispatch = async () => ({ kind: "stream", output: pages() }) as const;
  const options = { dispatch, underWay: new UnderWay(), used: () => {}, trouble: () => {} };
  const stream = await callsOf(options, gone.signal).stream("logs", {} as never);
  await stream[Symbol.asyncIterator]().next();
  gone.abort();
  await Bun.sleep(1);
  expect(hasEnded()).toBe(true);
});

test("HEAD of logs leaves nobody reading", async () => {
  const { pages, hasEnded } = endless();
  const http = new FakeHttp({ logs: pages });
  await http.ask("HEAD /api/processes/api/logs");
  await Bun.sleep(1);
  expect(hasEnded()).toBe(true);
});
