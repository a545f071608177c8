import { describe, expect, test } from "bun:test";
import { operations } from "../../../src/protocol/operations.ts";
import { ROUTES } from "../../../src/transports/http/routes/all.ts";
import { FakeHttp, json } from "./fake.ts";

const place = { directory: "/", exact: true, files: [], anywhere: true };
const anywhere = { ...place, project: null };
const inShop = { ...place, project: "shop" };
const stopping = { timeoutMs: null, withDependents: false };

interface Row {
  readonly ask: string;
  readonly body?: unknown;
  readonly calls: string;
  readonly input: unknown;
}

const ROWS: readonly Row[] = [
  { ask: "GET /readyz", calls: "daemon-status", input: {} },
  { ask: "GET /api/processes", calls: "list", input: { ...anywhere, targets: [], all: true } },
  {
    ask: "GET /api/processes/status?project=shop",
    calls: "list",
    input: { ...inShop, targets: [], all: false },
  },
  {
    ask: "GET /api/processes/shop%2Fapi.1",
    calls: "list",
    input: { ...anywhere, targets: ["shop/api.1"], all: false },
  },
  {
    ask: "DELETE /api/processes/api?timeout=2s&withDependents",
    calls: "down",
    input: { ...anywhere, targets: ["api"], timeoutMs: 2_000, withDependents: true },
  },
  {
    ask: "GET /api/processes/api/why",
    calls: "why",
    input: { ...anywhere, target: "api" },
  },
  {
    ask: "GET /api/processes/%40web/wait?for=healthy&timeout=100",
    calls: "wait",
    input: { ...anywhere, targets: ["@web"], for: "healthy", timeoutMs: 100 },
  },
  {
    ask: "GET /api/processes/4242/metrics",
    calls: "stats",
    input: { ...anywhere, targets: ["4242"], all: false, sinceMs: null },
  },
  {
    ask: "POST /api/processes/api/start?until=ready",
    calls: "start",
    input: {
      ...anywhere,
      targets: ["api"],
      until: "ready",
      timeoutMs: null,
      withDependents: false,
    },
  },
  {
    ask: "POST /api/processes/api/stop",
    body: { timeout: "3s", project: "shop" },
    calls: "stop",
    input: { ...inShop, targets: ["api"], timeoutMs: 3_000, withDependents: false },
  },
  {
    ask: "POST /api/processes/api/restart",
    calls: "restart",
    input: { ...anywhere, targets: ["api"], timeoutMs: null, withDependents: false },
  },
  {
    ask: "POST /api/processes/api/reload",
    body: { timeout: "3s", project: "shop" },
    calls: "reload",
    input: { ...inShop, targets: ["api"], timeoutMs: 3_000 },
  },
  {
    ask: "POST /api/processes/web-*/kill",
    calls: "kill",
    input: { ...anywhere, targets: ["web-*"], ...stopping },
  },
  {
    ask: "POST /api/processes/api/reset",
    calls: "reset",
    input: { ...anywhere, targets: ["api"] },
  },
  {
    ask: "POST /api/processes/api/flush",
    calls: "flush",
    input: { ...anywhere, targets: ["api"] },
  },
  {
    ask: "POST /api/processes/api/signal",
    body: { signal: "hup" },
    calls: "signal",
    input: { ...anywhere, targets: ["api"], signal: "SIGHUP" },
  },
  {
    ask: "POST /api/processes/api/send",
    body: { text: "hello" },
    calls: "send",
    input: { ...anywhere, targets: ["api"], text: "hello", enter: true },
  },
  {
    ask: "POST /api/processes/api/send",
    body: { message: { cmd: "x" }, reply: "1s" },
    calls: "message",
    input: { ...anywhere, targets: ["api"], message: { cmd: "x" }, replyWithinMs: 1_000 },
  },
  {
    ask: "POST /api/processes/start",
    body: { name: "api" },
    calls: "start",
    input: { ...anywhere, targets: ["api"], timeoutMs: null, withDependents: false },
  },
  {
    ask: "POST /api/processes/stop?name=api",
    calls: "stop",
    input: { ...anywhere, targets: ["api"], ...stopping },
  },
  {
    ask: "POST /api/processes/start-all",
    calls: "start",
    input: { ...anywhere, targets: ["all"], timeoutMs: null, withDependents: false },
  },
  {
    ask: "POST /api/processes/stop-all?project=shop",
    calls: "stop",
    input: { ...inShop, targets: ["all"], ...stopping },
  },
  {
    ask: "POST /api/servers/api?action=stop",
    calls: "stop",
    input: { ...anywhere, targets: ["api"], ...stopping },
  },
  {
    ask: "POST /api/servers/api?action=start",
    calls: "start",
    input: { ...anywhere, targets: ["api"], timeoutMs: null, withDependents: false },
  },
  {
    ask: "GET /api/orphans",
    calls: "orphans",
    input: { kill: false, pids: null, asker: process.pid },
  },
  {
    ask: "DELETE /api/orphans/77",
    calls: "orphans",
    input: { kill: true, pids: [77], asker: process.pid },
  },
  {
    ask: "DELETE /api/kill?pid=77",
    calls: "orphans",
    input: { kill: true, pids: [77], asker: process.pid },
  },
  { ask: "DELETE /api/kill?port=8080", calls: "port", input: { port: 8_080, kill: true } },
  {
    ask: "GET /api/health?targets=api,db",
    calls: "health",
    input: { ...anywhere, targets: ["api", "db"], all: true },
  },
  { ask: "GET /api/alerts", calls: "alerts", input: { ...anywhere, all: true } },
];

describe("each route asks what it says", () => {
  for (const { ask, body, calls, input } of ROWS) {
    test(`${ask} asks ${calls}`, async () => {
      const http = new FakeHttp({ list: [{}] });
      await http.ask(ask, body === undefined ? {} : json(body));
      expect(http.asked[0]).toEqual({ name: calls, input: input as Record<string, unknown> });
    });
  }
});

test("what looks asks nothing that writes", async () => {
  const asked = ROWS.filter(({ ask }) => ask.startsWith("GET "));
  for (const { calls, input } of asked) {
    const { effect } = operations[calls as keyof typeof operations];
    const kills = Reflect.get(Object(input), "kill") === true;
    expect([calls, effect === "reads" || (calls === "orphans" && !kills)]).toEqual([calls, true]);
  }
});

test("each route has a name of its own", () => {
  const names = ROUTES.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("scale is of the process that its target names", async () => {
  const list = [{ project: "shop", process: "api" }];
  const http = new FakeHttp({ list });
  await http.ask("POST /api/processes/api.2/scale", json({ instances: 3 }));
  expect(http.asked[1]).toEqual({ name: "scale", input: { ...inShop, counts: { api: 3 } } });
});

test("what is of several projects is not scaled in one of them", async () => {
  const list = ["shop", "mail"].map((project) => ({ project, process: "api" }));
  const http = new FakeHttp({ list });
  const response = await http.ask("POST /api/processes/all/scale", json({ instances: 3 }));
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({
    code: "AMBIGUOUS_TARGET",
    detail: expect.stringContaining("shop, mail"),
  });
  expect(http.asked).toHaveLength(1);
});

async function* events() {
  yield { seq: 7, type: "process.exited", process: "api" };
  yield { seq: 8, type: "process.exited", process: "db" };
}

test("events are server-sent, with their numbers for ids", async () => {
  const http = new FakeHttp({ events });
  const response = await http.ask("GET /api/events?process=api");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(await response.text()).toBe(
    ': \n\nid: 7\ndata: {"seq":7,"type":"process.exited","process":"api"}\n\n',
  );
});

test("events come as lines for those who accept these", async () => {
  const http = new FakeHttp({ events });
  const headers = { accept: "application/x-ndjson" };
  const text = await (await http.ask("GET /api/events", { headers })).text();
  expect(text.trim().split("\n")).toHaveLength(2);
});

test("whoever was cut off goes on where he was", async () => {
  const http = new FakeHttp({ events });
  const response = await http.ask("GET /api/events?types=process.*,health.*&after=3", {
    headers: { "last-event-id": "41" },
  });
  await response.text();
  const input = { ...anywhere, all: true, afterSeq: 41, sinceMs: null, follow: true, last: null };
  expect(http.asked[0]?.input).toEqual({ ...input, types: ["process.*", "health.*"] });
});

test("HEAD tells what a stream would be, and leaves none open", async () => {
  const signals: AbortSignal[] = [];
  const http = new FakeHttp({
    events: (_: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return events();
    },
  });
  const response = await http.ask("HEAD /api/events");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect([await response.text(), signals.map(({ aborted }) => aborted)]).toEqual(["", [true]]);
});

test("a stream that its reader leaves is over, whether or not it was begun", async () => {
  const signals: AbortSignal[] = [];
  const http = new FakeHttp({
    events: (_: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return events();
    },
  });
  const [unread, begun] = await Promise.all([
    http.ask("GET /api/events"),
    http.ask("GET /api/events"),
  ]);
  await unread.body?.cancel();
  const reader = begun.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});
