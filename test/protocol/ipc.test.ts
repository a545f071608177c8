/** Lines that a run says to procman: what each is taken for. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { lineOf, readLine } from "../../src/protocol/ipc.ts";

const MESSAGES = [
  ['"ready"', { type: "ready" }],
  ['{"procman":1,"type":"ready"}', { type: "ready" }],
  ['{"type":"ready","procman":1,"later":true}', { type: "ready" }],
  ['{"procman":1,"type":"hello","run":"r-1"}', { type: "hello", run: "r-1" }],
  ['{"procman":1,"type":"health","status":"warning"}', { type: "health", status: "warning" }],
  ['{"procman":1,"type":"event","name":"a.b-c_1"}', { type: "event", name: "a.b-c_1" }],
  ['{"procman":1,"type":"pong","id":7}', { type: "pong", id: 7 }],
  ['{"procman":1,"type":"response","id":"x"}', { type: "response", id: "x" }],
  ['{"procman":1,"type":"metric","name":"queue.length","value":-1.5}', { value: -1.5 }],
  ['{"procman":1,"type":"send","to":"@workers","data":[1]}', { to: "@workers", data: [1] }],
  ['{"procman":1,"type":"publish","topic":"a.b:c/d"}', { topic: "a.b:c/d" }],
  ['{"procman":1,"type":"subscribe","topic":"a.b.*"}', { topic: "a.b.*" }],
  ['{"procman":1,"type":"subscribe","topic":"*"}', { topic: "*" }],
  ['{"procman":1,"type":"stream","id":1,"end":true}', { type: "stream", end: true }],
  ['{"procman":1,"type":"credit","id":"s","n":8}', { type: "credit", n: 8 }],
] as const;

test.each(MESSAGES)("%s is a message", (line, message) => {
  expect(readLine(line)).toMatchObject({ kind: "message", message });
});

const OWN = ['{"type":"ready"}', '"hello"', "7", "null", "[]", '[{"procman":1}]', '{"cmd":"x"}'];

test.each(OWN)("%s is the program's own", (line) => {
  expect(readLine(line)).toEqual({ kind: "own", message: JSON.parse(line) });
});

const REFUSED = [
  ["ready", "NO_JSON", "no JSON"],
  ['{"procman":1', "NO_JSON", "no JSON"],
  ['{"procman":2,"type":"ready"}', "UNKNOWN_VERSION", "version 2 is not known here, 1 is"],
  ['{"procman":"1","type":"ready"}', "UNKNOWN_VERSION", "version '1' is not known"],
  ['{"procman":null}', "UNKNOWN_VERSION", "version null"],
  ['{"procman":1}', "UNKNOWN_TYPE", "undefined"],
  ['{"procman":1,"type":"redy"}', "UNKNOWN_TYPE", "'redy'"],
  ['{"procman":1,"type":"__proto__"}', "UNKNOWN_TYPE", "'__proto__'"],
  ['{"procman":1,"type":"toString"}', "UNKNOWN_TYPE", "'toString'"],
  ['{"procman":1,"type":"publish","topic":"t.*"}', "INVALID_MESSAGE", "topic"],
  ['{"procman":1,"type":"subscribe","topic":"t*"}', "INVALID_MESSAGE", "topic"],
  ['{"procman":1,"type":"metric","name":"m","value":"1"}', "INVALID_MESSAGE", "value"],
  ['{"procman":1,"type":"metric","name":"m","value":1e999}', "INVALID_MESSAGE", "value"],
  ['{"procman":1,"type":"stream","to":"b"}', "INVALID_MESSAGE", "id"],
  ['{"procman":1,"type":"credit","id":"s","n":0}', "INVALID_MESSAGE", "n"],
  ['{"procman":1,"type":"health","status":"fine"}', "INVALID_MESSAGE", "status"],
  ['{"procman":1,"type":"event","name":"a b"}', "INVALID_MESSAGE", "name"],
  ['{"procman":1,"type":"request","method":"status"}', "INVALID_MESSAGE", "id"],
] as const;

test.each(REFUSED)("%s is refused as %s", (line, code, words) => {
  const heard = readLine(line);
  expect(heard).toMatchObject({ kind: "refused", refusal: { type: "error", code } });
  expect(JSON.stringify(heard)).toContain(words);
});

test("what is refused names the message, where it can be told which", () => {
  const heard = readLine('{"procman":1,"type":"redy","id":"x-1"}');
  expect(heard).toMatchObject({ kind: "refused", refusal: { id: "x-1" } });
});

test("whatever a program says is taken for something, and what is refused can be answered", () => {
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  for (const line of [deep, `{"procman":1,"type":"event","name":"e","data":${deep}}`]) {
    expect(readLine(line)).toMatchObject({
      kind: "refused",
      refusal: { code: "INVALID_MESSAGE", message: "it is nested too deeply" },
    });
  }
  const near = fc.record(
    {
      procman: fc.oneof(fc.constant(1), fc.jsonValue()),
      type: fc.oneof(fc.constantFrom("ready", "health", "event", "request"), fc.jsonValue()),
      id: fc.jsonValue(),
      name: fc.jsonValue(),
      status: fc.jsonValue(),
      method: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const lines = fc.oneof(
    fc.string(),
    fc.jsonValue().map((it) => JSON.stringify(it)),
    near.map((it) => JSON.stringify(it)),
  );
  fc.assert(
    fc.property(lines, (line) => {
      const heard = readLine(line);
      if (heard.kind !== "refused") return;
      const answer = lineOf(heard.refusal);
      expect(answer.indexOf("\n")).toBe(answer.length - 1);
      expect(JSON.parse(answer)).toMatchObject({ procman: 1, type: "error" });
    }),
    { numRuns: 2_000 },
  );
});
