import { describe, expect, test } from "bun:test";
import { ERROR_EXIT, fail, type ErrorCode } from "../../../src/model/errors.ts";
import { httpLimits } from "../../../src/model/http-limits.ts";
import { STATUS_OF } from "../../../src/transports/http/problem-document.ts";
import { Failure, FakeHttp, json } from "./fake.ts";

interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly error: { readonly details: { readonly faults?: readonly { readonly name: string }[] } };
  readonly results?: unknown;
}

async function problemOf(response: Response): Promise<ProblemBody> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as ProblemBody;
  expect(body.status).toBe(response.status);
  return body;
}

const JSON_TYPE = { "content-type": "application/json" };

const REFUSED: readonly (readonly [
  ask: string,
  init: RequestInit,
  status: number,
  says: RegExp,
])[] = [
  ["GET /nope", {}, 404, /Cannot find \/nope/],
  ["GET /api/processes/a/b/c", {}, 404, /Cannot find/],
  ["GET /api/processes//logs", {}, 404, /Cannot find/],
  ["PUT /api/processes", {}, 405, /GET, POST, HEAD, OPTIONS/],
  ["GET /api/processes/api/stop", {}, 405, /POST, OPTIONS/],
  ["GET /api/processes/%E0%A4%A", {}, 400, /Cannot decode/],
  ["GET /api/ws", {}, 426, /WebSocket/],
  ["GET /api/processes?stat=running", {}, 400, /did you mean 'state'/],
  ["GET /api/processes?state=running&state=failed", {}, 400, /more than once/],
  ["GET /api/processes?state=sleeping", {}, 400, /expected some of pending/],
  ["GET /api/processes/api/logs?lines=-1", {}, 400, /lines: expected a number/],
  ["GET /api/processes/api/logs?follow=maybe", {}, 400, /true or false/],
  ["GET /api/processes/api/logs?since=yesterday", {}, 400, /a timestamp, or a duration/],
  ["GET /api/processes/api/wait?timeout=soon", {}, 400, /a duration like/],
  ["DELETE /api/kill", {}, 400, /either a pid or a port/],
  ["DELETE /api/orphans/all", {}, 400, /Cannot understand pid/],
  ["POST /api/servers/api?action=explode", {}, 400, /one of start, stop/],
  ["POST /api/processes/start", {}, 400, /name: is missing/],
  ["POST /api/processes/api/stop", { body: "{}", headers: {} }, 415, /Cannot read/],
  ["POST /api/processes/api/stop", { body: "{", headers: JSON_TYPE }, 400, /the body/],
  ["POST /api/processes/api/stop", { body: "[]", headers: JSON_TYPE }, 400, /a JSON object/],
  ["POST /api/processes/api/signal", json({ signal: "SIGNOPE" }), 400, /no such signal/],
  ["POST /api/processes/api/send", json({}), 400, /either a text or a message/],
  ["POST /api/processes/api/send", json({ text: "a", message: 1 }), 400, /either a text/],
  ["POST /api/processes/api/scale", json({ instances: 0 }), 400, /a number from 1 to 1000/],
];

describe("what cannot be understood is refused with its reason", () => {
  for (const [ask, init, status, says] of REFUSED) {
    test(`${ask} ${typeof init.body === "string" ? init.body : ""}`, async () => {
      const http = new FakeHttp();
      const response = await http.ask(ask, init);
      expect(response.status).toBe(status);
      expect((await problemOf(response)).detail).toMatch(says);
      expect(http.asked).toEqual([]);
    });
  }
});

test("all faults are told at once", async () => {
  const body = json({ timeout: "soon", until: "never", nope: 1 });
  const response = await new FakeHttp().ask("POST /api/processes/api/start?withDependents=x", body);
  const { faults } = (await problemOf(response)).error.details;
  const names = faults?.map(({ name }) => name).toSorted();
  expect(names).toEqual(["nope", "timeout", "until", "withDependents"]);
});

test("a path that there is takes OPTIONS, and allows no other site anything", async () => {
  const response = await new FakeHttp().ask("OPTIONS /api/processes/api");
  expect(response.status).toBe(204);
  expect(response.headers.get("allow")).toBe("GET, DELETE, HEAD, OPTIONS");
  expect([...response.headers.keys()].filter((it) => it.startsWith("access-control"))).toEqual([]);
});

test("a method that is not taken is told with those that are", async () => {
  const response = await new FakeHttp().ask("DELETE /metrics");
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

test("a body that is too large is refused, whether or not it says how large it is", async () => {
  const large = JSON.stringify({ text: "x".repeat(httpLimits.bodyBytes) });
  const told = await new FakeHttp().ask("POST /api/processes/api/send", { body: large });
  expect((await problemOf(told)).status).toBe(413);
  const chunks = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(large));
      controller.close();
    },
  });
  const untold = await new FakeHttp().ask("POST /api/processes/api/send", {
    body: chunks,
    headers: JSON_TYPE,
  });
  expect((await problemOf(untold)).status).toBe(413);
});

test("each code has a status, and each is told as a problem with it", async () => {
  expect(Object.keys(STATUS_OF).toSorted()).toEqual(Object.keys(ERROR_EXIT).toSorted());
  for (const code of Object.keys(ERROR_EXIT) as ErrorCode[]) {
    const http = new FakeHttp({ why: new Failure(code) });
    const body = await problemOf(await http.ask("GET /api/processes/api/why"));
    expect([code, body.code, body.status]).toEqual([code, code, STATUS_OF[code]]);
  }
});

test("an action of which one has failed is a problem, with the results of all", async () => {
  const error = { code: "STOP_FAILED", message: "Cannot stop b", hint: null, details: {} };
  const results = [
    { id: "p/a.1", ok: true, error: null },
    { id: "p/b.1", ok: false, error },
  ];
  const http = new FakeHttp({ stop: { results } });
  const body = await problemOf(await http.ask("POST /api/processes/all/stop"));
  expect([body.code, body.results]).toEqual(["STOP_FAILED", results]);
});

test("logs that cannot be read are told with a status", async () => {
  const logs = async function* () {
    await Promise.resolve();
    fail("OPERATION_TIMEOUT", "Cannot read the logs");
    yield "";
  };
  const response = await new FakeHttp({ logs }).ask("GET /api/processes/api/logs");
  expect((await problemOf(response)).status).toBe(504);
});

test("what nobody expected is told to the daemon's log, and as INTERNAL to whoever asked", async () => {
  const http = new FakeHttp({ list: null });
  const body = await problemOf(await http.ask("GET /api/processes"));
  expect(body.code).toBe("INTERNAL");
  expect(http.troubles).toHaveLength(1);
});

test("a request that waits while the daemon ends is told so, and when to ask again", async () => {
  for (const [ending, code] of [
    ["exit", "DAEMON_UNREACHABLE"],
    ["exec", "DAEMON_BUSY"],
  ] as const) {
    const http = new FakeHttp({
      async wait(_: unknown, signal: AbortSignal) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.throwIfAborted();
      },
    });
    const waiting = http.ask("GET /api/processes/api/wait");
    while (http.asked.length === 0) await Bun.sleep(1);
    http.underWay.abort(ending);
    const response = await waiting;
    expect(response.headers.get("retry-after")).toBe("1");
    expect((await problemOf(response)).code).toBe(code);
  }
});
