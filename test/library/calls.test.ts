/** The methods of `connect()` against the table of operations. */

import { expect, test } from "bun:test";
import { CALLS, type Call } from "../../src/library/calls.ts";
import { operations, type OperationName } from "../../src/protocol/operations.ts";

const calls = Object.entries(CALLS) as [string, Call<OperationName>][];

test("every operation has one method, called like it", () => {
  expect(calls.map(([, { operation }]) => operation)).toEqual(
    expect.arrayContaining(Object.keys(operations)) as never,
  );
  expect(calls.map(([name]) => name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`))).toEqual(
    calls.map(([, { operation }]) => operation),
  );
});

/** They look, unless they are told to end what they find: then a daemon that has something to look after is needed. */
const BOTH: readonly OperationName[] = ["port", "orphans"];

test.each(calls)("%s is called as what it is", (_, { operation, how }) => {
  const { effect, answers, repeatable } = operations[operation];
  if (answers === "stream") expect(how).toBe("streams");
  else if (effect === "reads") expect(["looks", "waits"]).toContain(how);
  else if (BOTH.includes(operation)) expect(how).toBe("changes");
  else expect(how).toBe(repeatable ? "changes" : "once");
});

test.each(calls)("%s knows what it leaves out", (_, { operation, omitted }) => {
  const parsed = operations[operation].input.safeParse(omitted);
  const wrong = (parsed.error?.issues ?? []).filter(({ path: [key] }) => String(key) in omitted);
  expect(wrong).toEqual([]);
  expect(JSON.stringify(parsed.error?.issues ?? [])).not.toContain("unrecognized_keys");
});
