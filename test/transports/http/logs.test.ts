/** The route of logs. */

import { expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import { FakeHttp } from "./fake.ts";

const anywhere = { directory: "/", exact: true, files: [], anywhere: true, project: null };

test("logs are asked for with all of their filters", async () => {
  const http = new FakeHttp({ logs: pages });
  const query =
    "lines=5&stream=stderr&since=2026-01-01&before=2026-01-02&grep=a%2Bb&level=warn&context=2&ignoreCase&invert=true";
  const response = await http.ask(`GET /api/processes/api/logs?${query}`);
  expect(await response.json()).toEqual([{ line: "a" }, { line: "b" }, { line: "c" }]);
  expect(http.asked[0]?.input).toEqual({
    ...anywhere,
    targets: ["api"],
    streams: ["stderr"],
    lines: 5,
    sinceMs: Date.parse("2026-01-01"),
    untilMs: Date.parse("2026-01-02") - 1,
    grep: "a+b",
    ignoreCase: true,
    invert: true,
    level: "warn",
    context: 2,
    cursor: null,
    follow: false,
  });
});

test("logs that are followed come line by line", async () => {
  const http = new FakeHttp({ logs: pages });
  const response = await http.ask("GET /api/processes/api/logs?follow=true");
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  expect(await response.text()).toBe('{"line":"a"}\n{"line":"b"}\n{"line":"c"}\n');
});

test.each([
  ["application/x-ndjson", "", ""],
  ["text/event-stream", ": \n\ndata: ", "event: failed\ndata: "],
])("logs that break off say why, as %s", async (accept, before, how) => {
  const http = new FakeHttp({
    async *logs() {
      yield '{"line":"a"}\n';
      fail("OPERATION_TIMEOUT", "Cannot read the logs: given up");
    },
  });
  const response = await http.ask("GET /api/processes/api/logs", { headers: { accept } });
  const text = await response.text();
  expect(text).toStartWith(`${before}{"line":"a"}\n`);
  expect(text).toContain(
    `\n${how}{"error":{"code":"OPERATION_TIMEOUT","message":"Cannot read the logs: given up","hint":null,"details":{}}}\n`,
  );
  expect(http.troubles).toEqual([]);
});

test("no lines are an empty list", async () => {
  const http = new FakeHttp({ logs: async function* () {} });
  expect(await (await http.ask("GET /api/processes/api/logs")).json()).toEqual([]);
});

async function* pages(): AsyncGenerator<string> {
  yield '{"line":"a"}\n{"line":"b"}\n';
  yield '{"line":"c"}\n';
}
