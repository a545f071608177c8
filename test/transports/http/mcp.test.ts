/** MCP over HTTP: what its messages are answered, and which operations its tools call. */

import { expect, test } from "bun:test";
import { placeOf } from "../../../src/protocol/place.ts";
import { FakeHttp, json } from "./fake.ts";

const request = (method: string, params?: object) => ({ jsonrpc: "2.0", id: 1, method, params });
const calls = (name: string, given: object) => request("tools/call", { name, arguments: given });
const anywhere = placeOf(null);

test.each<[about: string, body: unknown, status: number, answer: unknown]>([
  ["a ping", request("ping"), 200, { jsonrpc: "2.0", id: 1, result: {} }],
  ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }, 202, null],
  ["a batch", [request("ping")], 200, [{ jsonrpc: "2.0", id: 1, result: {} }]],
  ["no message", { hello: 1 }, 200, { id: null, error: { code: -32_600 } }],
])("%s has its answer", async (_, body, status, answer) => {
  for (const path of ["/mcp", "/mcp/"]) {
    const response = await new FakeHttp().ask(`POST ${path}`, json(body));
    const text = await response.text();
    expect(response.status).toBe(status);
    if (answer === null) expect(text).toBe("");
    else expect(JSON.parse(text)).toMatchObject(answer as object);
  }
});

test("there is nothing to get, and no version that is not known is spoken", async () => {
  const get = await new FakeHttp().ask("GET /mcp");
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  const ping = json(request("ping"));
  const headers = { ...(ping.headers as object), "mcp-protocol-version": "1999-01-01" };
  expect((await new FakeHttp().ask("POST /mcp", { ...ping, headers })).status).toBe(400);
  const known = { ...headers, "mcp-protocol-version": "2025-06-18" };
  expect((await new FakeHttp().ask("POST /mcp", { ...ping, headers: known })).status).toBe(200);
  const unread = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
  expect((await new FakeHttp().ask("POST /mcp", unread)).status).toBe(400);
});

test("?readOnly leaves only the tools that look", async () => {
  const shown = async (query: string) => {
    const response = await new FakeHttp().ask(`POST /mcp${query}`, json(request("tools/list")));
    const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
    return result.tools.map(({ name }) => name).includes("stop_process");
  };
  expect([await shown(""), await shown("?readOnly"), await shown("?readOnly=true")]).toEqual([
    true,
    false,
    false,
  ]);
});

async function* pages() {
  const line = {
    time: "2026-01-01T00:00:00.000Z",
    project: "p",
    process: "api",
    instance: 1,
    cursor: "c",
  };
  yield `${JSON.stringify({ ...line, line: "one" })}\n${JSON.stringify({ ...line, line: "two" })}\n`;
}

const LOGS = {
  ...anywhere,
  targets: ["all"],
  streams: ["stdout", "stderr"],
  lines: 101,
  sinceMs: null,
  untilMs: null,
  grep: "o",
  ignoreCase: true,
  invert: false,
  level: null,
  context: 2,
  cursor: null,
  follow: false,
};

test.each<[tool: string, given: object, operation: string, input: object, text: string]>([
  ["list_processes", {}, "list", { ...anywhere, targets: [], all: true }, "Nothing runs here."],
  [
    "search_logs",
    { pattern: "o", ignore_case: true, context_lines: 2 },
    "logs",
    LOGS,
    "api.1 | one\napi.1 | two\n",
  ],
  [
    "start_process",
    { command: "echo ${HOME}", environment: { A: "${B}" }, working_directory: "/srv" },
    "create",
    {
      project: null,
      name: null,
      keys: { command: "echo $${HOME}", env: { A: "$${B}" }, restart: "no", cwd: "/srv" },
      again: true,
    },
    "no such program",
  ],
])("%s with %j calls %s", async (tool, given, operation, input, text) => {
  const error = { code: "COMMAND_NOT_FOUND", message: "no such program", hint: null };
  const result = { id: "adhoc/a.1", ok: false, changed: false, error };
  const http = new FakeHttp({ list: [], logs: pages, create: { result }, why: { tail: [] } });
  const response = await http.ask("POST /mcp", json(calls(tool, given)));
  const answer = (await response.json()) as { result: { content: { text: string }[] } };
  expect(answer.result.content[0]?.text).toContain(text);
  expect(http.asked.find(({ name }) => name === operation)?.input).toEqual(input as never);
});
