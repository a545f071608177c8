/** The protocol: what a client may say, and what it is answered. */

import { expect, test } from "bun:test";
import { MCP_VERSIONS, McpServer } from "../../../src/transports/mcp/server.ts";
import { toolLimits } from "../../../src/model/tool-limits.ts";
import { fakePort, type FakePort } from "./fake-port.ts";

function serverOf(port: Partial<FakePort> = {}, readsOnly = false): McpServer {
  return new McpServer({ port: async () => fakePort(port), readsOnly });
}

async function ask(server: McpServer, message: unknown): Promise<unknown> {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const answer = await server.answer(text);
  return answer === null ? null : (JSON.parse(answer) as unknown);
}

const request = (method: string, params?: unknown, id: unknown = 1) => {
  return { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
};
const refused = (code: number, id: unknown = 1) => {
  return { jsonrpc: "2.0", id, error: { code, message: expect.any(String) } };
};
const calls = (name: unknown, given?: unknown, id: unknown = 1) =>
  request("tools/call", { name, arguments: given }, id);

test.each<[about: string, message: unknown, answer: unknown]>([
  ["what is no JSON", "{", refused(-32_700, null)],
  ["an empty line of JSON", '""', refused(-32_600, null)],
  ["an empty batch", [], refused(-32_600, null)],
  ["another protocol", { id: 1, method: "ping" }, refused(-32_600)],
  ["no method", { jsonrpc: "2.0", id: 1 }, refused(-32_600)],
  ["an id of null", request("ping", {}, null), refused(-32_600, null)],
  ["an id that is a list", request("ping", {}, []), refused(-32_600, null)],
  ["params that are a list", request("ping", []), refused(-32_602)],
  ["an unknown method", request("resources/list"), refused(-32_601)],
  ["a ping", request("ping"), { jsonrpc: "2.0", id: 1, result: {} }],
  ["an id that is a word", request("ping", {}, "a"), { jsonrpc: "2.0", id: "a", result: {} }],
  ["an unknown notification", { jsonrpc: "2.0", method: "notifications/initialized" }, null],
  ["an answer to nothing", { jsonrpc: "2.0", id: 1, result: {} }, null],
  ["a tool without a name", calls(undefined), refused(-32_602)],
  ["an unknown tool", calls("rm"), refused(-32_602)],
  ["one that every object has", calls("constructor"), refused(-32_602)],
])("%s has its answer", async (_, message, answer) => {
  expect(await ask(serverOf(), message)).toEqual(answer as never);
});

test.each([
  ...MCP_VERSIONS.map((version) => [version, version] as const),
  ["1999-01-01", MCP_VERSIONS[0]],
  [undefined, MCP_VERSIONS[0]],
])("a client that asks for version %p gets %p", async (protocolVersion, given) => {
  const answer = await ask(serverOf(), request("initialize", { protocolVersion }));
  expect(answer).toMatchObject({
    result: {
      protocolVersion: given,
      capabilities: { tools: {} },
      serverInfo: { name: "procman", version: expect.stringMatching(/^\d/) },
      instructions: expect.stringContaining("list_processes"),
    },
  });
});

test("a batch is answered in a batch, without what needs no answer", async () => {
  const silent = { jsonrpc: "2.0", method: "notifications/initialized" };
  const answer = await ask(serverOf(), [request("ping"), silent, request("nope", {}, 2), 3]);
  const pong = { jsonrpc: "2.0", id: 1, result: {} };
  expect(answer).toEqual([pong, refused(-32_601, 2), refused(-32_600, null)]);
  expect(await ask(serverOf(), [silent])).toBeNull();
});

test("a call that is cancelled is ended, and not answered", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>();
  const look = async (_: string, __: unknown, signal: AbortSignal) => {
    begin(signal);
    return new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  };
  const server = serverOf({ look });
  const answer = ask(server, calls("list_processes", {}, 7));
  const signal = await begun;
  expect(await ask(server, request("ping", {}, 7))).toEqual(refused(-32_600, 7));
  const cancelled = { method: "notifications/cancelled", params: { requestId: 7 } };
  expect(await ask(server, { jsonrpc: "2.0", ...cancelled })).toBeNull();
  expect([await answer, signal.aborted]).toEqual([null, true]);
  expect(await ask(server, request("ping", {}, 7))).toMatchObject({ result: {} });
});

test("only so many calls are under way at once, and the rest is refused", async () => {
  const server = serverOf({ look: () => new Promise<never>(() => {}) });
  for (let id = 0; id < toolLimits.callsUnderWay; id += 1) {
    void ask(server, calls("list_processes", {}, id));
  }
  expect(await ask(server, request("ping", {}, "more"))).toEqual(refused(-32_000, "more"));
});

test("the read-only mode has only tools that look", async () => {
  const server = serverOf({}, true);
  const { result } = (await ask(server, request("tools/list"))) as {
    result: { tools: { name: string; annotations: { readOnlyHint: boolean } }[] };
  };
  expect(result.tools.map(({ name }) => name)).toEqual([
    "list_processes",
    "get_process_status",
    "get_process_output",
    "search_logs",
    "get_process_log_paths",
    "wait_for_process",
  ]);
  expect(result.tools.every(({ annotations }) => annotations.readOnlyHint)).toBe(true);
  const answer = await ask(server, calls("stop_process", { pid: "api" }));
  expect(answer).toMatchObject({
    error: { code: -32_602, message: expect.stringContaining("read-only") },
  });
});

test.each<[name: string, given: unknown, says: readonly string[]]>([
  ["stop_process", {}, ["`pid`: It is a name or a pid"]],
  ["stop_process", { pid: "a", forse: 1 }, ["there is no `forse`, did you mean `force`?"]],
  ["stop_process", { pid: 1.5, force: "yes" }, ["`pid`", "`force`"]],
  ["get_process_output", { pid: "a", lines: 100_000 }, ["`lines`"]],
  ["get_process_output", { pid: "a", since_time: "soon" }, ["`since_time` soon"]],
  ["get_process_output", { pid: "a", since_time: "1m", cursor: "1:" }, ["two places"]],
  ["search_logs", {}, ["give `pattern` or `level`"]],
  ["search_logs", { level: "info", invert: true }, ["`invert` without `pattern`"]],
  ["start_process", {}, ["Cannot tell what to start"]],
  ["start_process", { name: "a", environment: {} }, ["with another environment"]],
  ["start_process", { name: "a", working_directory: "." }, ["with another working_directory"]],
  ["start_process", { name: "a", restart: "no" }, ["with another restart"]],
  ["start_process", { name: "a", env: {} }, ["env"]],
  ["list_processes", [], ["expected object"]],
])("%s with %j says what is wrong", async (name, given, says) => {
  const answer = (await ask(serverOf(), calls(name, given))) as {
    result: { isError: boolean; content: { text: string }[]; structuredContent?: unknown };
  };
  const { isError, content, structuredContent } = answer.result;
  expect([isError, structuredContent]).toEqual([true, undefined]);
  const { error } = JSON.parse(content[0]?.text ?? "") as { error: Record<string, string> };
  expect(error["code"]).toBe("INVALID_PARAMETER");
  expect(error["hint"]).not.toBe("");
  for (const part of says) expect(error["message"]).toContain(part);
});
