import { expect, test } from "bun:test";
import { FakeHttp } from "./fake.ts";

test.each([
  ["GET /livez", []],
  ["GET /health", []],
  ["GET /readyz", []],
  ["GET /api/processes/api/wait", [0]],
])("%s: its connection may be silent for %j", async (line, timeouts) => {
  const http = new FakeHttp();
  await http.ask(line);
  expect(http.timeouts).toEqual(timeouts);
});
