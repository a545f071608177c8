import { expect, test } from "bun:test";
import { UnderWay } from "../../../src/transports/under-way.ts";
import type { Session } from "../../../src/transports/http/options.ts";
import { SocketSession } from "../../../src/transports/http/web-socket.ts";
import { eventually } from "../../e2e/eventually.ts";

/** A client that takes what it is sent only when it is told to. */
class StalledClient {
  readonly sent: string[] = [];
  #waitingBytes = 0;
  closed: number | null = null;

  send(text: string): number {
    this.sent.push(text);
    this.#waitingBytes += text.length;
    return -1;
  }

  getBufferedAmount(): number {
    return this.#waitingBytes;
  }

  close(code: number): void {
    this.closed = code;
  }

  takeAll(session: Session): void {
    this.#waitingBytes = 0;
    session.drained();
  }
}

function sessionOf(events: () => AsyncIterable<unknown>) {
  const client = new StalledClient();
  let hasLeft = false;
  const session = new SocketSession({
    carryOut: async () => ({ kind: "json", body: [] }),
    options: {
      dispatch: async () => ({ kind: "stream", output: events() }),
      underWay: new UnderWay(),
      used: () => {},
      trouble: () => {},
    },
    given: { project: null, process: null, types: null, follow: true },
    leave: () => (hasLeft = true),
  });
  session.opened(client as unknown as Bun.ServerWebSocket<Session>);
  return { session, client, hasLeft: () => hasLeft };
}

test("F33 a client of a WebSocket that stalls is sent no more until it has gone on", async () => {
  let made = 0;
  const { session, client, hasLeft } = sessionOf(async function* () {
    for (;;) yield { seq: (made += 1), process: null, data: "x".repeat(1_000) };
  });
  const stands = async (): Promise<number> => {
    let before = -1;
    while (before !== client.sent.length) {
      before = client.sent.length;
      await Bun.sleep(5);
    }
    return before;
  };
  const first = await stands();
  expect(first).toBeLessThan(100);
  expect(made).toBeLessThanOrEqual(first + 1);
  client.takeAll(session);
  expect(await stands()).toBeGreaterThan(first);
  session.closed();
  expect(hasLeft()).toBe(true);
});

test("a client is told when its events end with the daemon", async () => {
  const { client } = sessionOf(async function* () {});
  await eventually("the end", async () => ({ value: null, done: client.closed !== null }));
  expect(client.closed).toBe(1_012);
});

test("F33 a client that sends commands and reads no answer is cut off, and takes nothing down", async () => {
  const { session, client, hasLeft } = sessionOf(async function* () {
    yield await new Promise<never>(() => {});
  });
  for (let nth = 0; nth < 60_000; nth += 1) session.received("{}");
  await eventually("it to be cut off", async () => ({ value: null, done: client.closed !== null }));
  expect(client.closed).toBe(1008);
  expect(client.sent.length).toBeLessThan(2_000);
  client.takeAll(session);
  session.closed();
  expect(hasLeft()).toBe(true);
});
